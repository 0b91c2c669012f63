// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.ChildJvm;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a JVM loads on the way to its first message, which is most of what that takes: of {@link FirstMessageProcess}. */
class FirstMessageTest {

    private static final Pattern LOADED = Pattern.compile("\\[class,load *] (\\S+)");

    @ParameterizedTest
    @ValueSource(strings = {"pair", "server"})
    void nothingIsGeneratedForThisLibraryOnTheWay(String subject) throws Exception {
        List<String> generated = loaded(subject).stream()
                .filter(name -> name.startsWith("io.github.unixchannels.") && name.contains("$$Lambda")
                        || name.equals("java.lang.runtime.ObjectMethods")) // what a record's equals and hashCode are made with
                .toList();

        assertEquals(List.of(), generated);
    }

    @Test
    void aPairNeedsNoSelectorNoDatagramChannelAndNothingForWhatTravelsBeside() throws Exception {
        List<String> needless = loaded("pair").stream()
                .filter(name -> name.matches("io\\.github\\.unixchannels\\..*(EpollSelector|NativeDatagramChannel|NativeServerSocketChannel"
                        + "|NativePipe|NativeAncillaryData|NativeMessageBatch|NativeFd|MessageOperations|MessageBatches)"))
                .toList();

        assertEquals(List.of(), needless);
    }

    private static List<String> loaded(String subject) throws Exception {
        ChildJvm child = ChildJvm.run(Map.of(), FirstMessageProcess.class, "-Xlog:class+load", "-Dsubject=" + subject);
        assertEquals(0, child.exitCode(), child.errors());
        List<String> names = LOADED.matcher(child.output()).results().map(found -> found.group(1)).toList();
        assertTrue(names.contains("io.github.unixchannels.channel.NativeSocketChannel"), "the JVM tells what it loads");
        return names;
    }
}
