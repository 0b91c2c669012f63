// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.unixchannels.support.ChildJvm;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.sys.Errno;
import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.FileChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** With the flag that the messages name, what cannot be told without it is duplicated too: in a JVM of its own. */
class DuplicateOfFlagTest {

    private static final String FLAG = "java.base/sun.nio.ch=ALL-UNNAMED";

    static final class Duplicates {
        public static void main(String[] arguments) throws IOException {
            Pipe pipe = Pipe.open();
            Path file = Files.createTempFile("file", "");
            try (FileChannel fileChannel = FileChannel.open(file); SocketChannel unbound = SocketChannel.open()) {
                List<Channel> channels = List.of(pipe.source(), pipe.sink(), unbound, fileChannel);
                for (Channel channel : channels) {
                    System.out.println(describe(channel, file));
                }
                System.out.println(pipe.source().isBlocking() && !pipe.source().isRegistered());
            } finally {
                Files.delete(file);
            }
        }

        private static String describe(Channel channel, Path file) throws IOException {
            String kind = channel instanceof SelectableChannel selectable ? Integer.toString(selectable.validOps()) : "file";
            try (OwnedFd duplicate = OwnedFd.duplicateOf(channel)) {
                String link = Files.readSymbolicLink(Path.of("/proc/self/fd/" + duplicate.number())).toString();
                return kind + " " + link.replaceAll("\\d+", "").replace(file.toString().replaceAll("\\d+", ""), "its file");
            } catch (UnsupportedOperationException e) {
                return kind + " " + e.getMessage().replaceAll(".* start the JVM with ", "");
            }
        }
    }

    @Test
    void oneFlagIsEnoughForAllAndIsTheOneThatIsNamed() throws Exception {
        ChildJvm without = ChildJvm.run(Map.of(), Duplicates.class);
        assertEquals(
                """
                1 --add-opens java.base/sun.nio.ch=ALL-UNNAMED
                4 --add-opens java.base/sun.nio.ch=ALL-UNNAMED
                13 --add-opens java.base/sun.nio.ch=ALL-UNNAMED
                file its file
                true""",
                without.output(),
                without.errors());
        ChildJvm with = ChildJvm.run(Map.of(), Duplicates.class, "--add-opens", FLAG);
        assertEquals(
                """
                1 pipe:[]
                4 pipe:[]
                13 socket:[]
                file its file
                true""",
                with.output(),
                with.errors());
    }

    /** By a lock, even if it were set and released at once, another process could be refused one. */
    static final class WithoutALock {
        public static void main(String[] arguments) throws IOException {
            Path file = Files.createTempFile("file", "");
            try (FileChannel channel = FileChannel.open(file);
                    OwnedFd duplicate = new UnixSelectorProvider(() -> {
                        FaultySyscalls faulty = new FaultySyscalls();
                        return faulty.fail("open", Errno.EACCES, 1_000).syscalls();
                    }).duplicateOf(channel)) {
                System.out.println(duplicate.isOpen());
            } finally {
                Files.delete(file);
            }
        }
    }

    @Test
    void withTheFlagNothingIsLookedForInProc() throws Exception {
        ChildJvm child = ChildJvm.run(Map.of(), WithoutALock.class, "--add-opens", FLAG);
        assertEquals("true", child.output(), child.errors());
    }
}
