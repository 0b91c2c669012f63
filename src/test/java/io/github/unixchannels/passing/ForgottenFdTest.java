// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.passing;

import static io.github.unixchannels.support.BackgroundCall.soon;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.support.ChildJvm;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.NoFileLeaks;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What becomes of descriptors that nobody closes and nobody has any more. */
@ExtendWith({NothingLeaks.class, NoFileLeaks.class})
class ForgottenFdTest {

    private static final Logger LOGGER = Logger.getLogger("io.github.unixchannels");

    private final FaultySyscalls faulty = new FaultySyscalls();
    private final FdFactory factory = new FdFactory(UnixSelectorProvider.provider(), faulty.syscalls());
    private final String name = UUID.randomUUID().toString();
    private final List<LogRecord> records = new CopyOnWriteArrayList<>();

    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            if (entry.getMessage().contains(name)) {
                records.add(entry);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        System.setProperty(OwnedFd.REPORT_PROPERTY, "true");
        LOGGER.addHandler(handler);
        LOGGER.setUseParentHandlers(false);
    }

    @AfterEach
    void listenNoMore() {
        System.clearProperty(OwnedFd.REPORT_PROPERTY);
        LOGGER.removeHandler(handler);
        LOGGER.setUseParentHandlers(true);
    }

    /** Returns the number of a descriptor that it forgets. */
    private int forget(String suffix) throws IOException {
        return factory.memory(name + suffix, 1).number();
    }

    private void awaitReport(String text) {
        soon().until(() -> {
            System.gc();
            return reports().stream().anyMatch(report -> report.contains(text));
        });
    }

    private List<String> reports() {
        return records.stream().map(LogRecord::getMessage).toList();
    }

    @Test
    void aForgottenOneIsClosedAndReportedOnce() throws IOException {
        int number = forget("a");
        awaitReport(name + "a");
        forget("b");
        awaitReport(name + "b");
        String first = "fd=" + number + ", a regular file from memory(" + name + "a), was forgotten and is closed now;"
                + " its owner is to be closed";
        assertEquals(List.of(first), reports().stream().filter(report -> report.contains(name + "a")).toList());
        assertEquals(Level.WARNING, records.get(0).getLevel());
        assertEquals(2, faulty.count("close"));
    }

    @Test
    void withoutThePropertyItIsClosedAndNotReported() throws IOException {
        System.clearProperty(OwnedFd.REPORT_PROPERTY);
        forget("a");
        soon().until(() -> {
            System.gc();
            return faulty.count("close") == 1;
        });
        System.setProperty(OwnedFd.REPORT_PROPERTY, "true");
        forget("b");
        awaitReport(name + "b");
        assertEquals(1, records.size());
    }

    @Test
    void whatWasClosedDetachedOrConvertedIsNotForgotten() throws IOException {
        factory.memory(name, 1).close();
        HostSyscalls.get().close(factory.memory(name, 1).detach());
        factory.memory(name, 1).toFileChannel().close();
        forget("last");
        awaitReport(name + "last");
        assertEquals(1, records.size());
    }

    @Test
    void oneThatIsInUseIsClosedWhenTheUseEnds() throws IOException {
        Descriptor descriptor = factory.descriptorOf(factory.memory(name, 1));
        assertTrue(descriptor.enter(Descriptor.USING));
        awaitReport(name);
        assertEquals(0, faulty.count("close"));
        descriptor.leave(Descriptor.USING);
        assertEquals(1, faulty.count("close"));
    }

    @Test
    void whereItCameFromDoesNotKeepIt() {
        List<Object> origin = new ArrayList<>();
        origin.add(name);
        origin.add(factory.own(HostSyscalls.get().eventfd(0, Linux.EFD_CLOEXEC), origin));
        origin = null;
        awaitReport("an anonymous inode from [" + name + "], was forgotten");
    }

    @Test
    void aKindThatCannotBeAskedForDoesNotKeepItOpen() throws IOException {
        faulty.fail("statx", Errno.ENOMEM, 1);
        int number = forget("a");
        String answer = "statx(fd=" + number + "): Cannot allocate memory (ENOMEM)";
        awaitReport("fd=" + number + ", of unknown kind (" + answer + ") from memory(" + name + "a)");
        assertEquals(1, faulty.count("close"));
    }

    static final class Forgetful {
        public static void main(String[] arguments) throws IOException {
            awaitClosed(OwnedFd.memory("lost", 1).number());
            awaitClosed(OwnedFd.memory("last", 1).number()); // closed by the thread that has reported the other
        }

        private static void awaitClosed(int number) {
            soon().until(() -> {
                System.gc();
                return HostSyscalls.get().fcntl(number, Linux.F_GETFD, 0) < 0;
            });
        }
    }

    @Test
    void aProgramThatSetsThePropertySeesItInItsLog() throws Exception {
        ChildJvm child = ChildJvm.run(Map.of(), Forgetful.class, "-D" + OwnedFd.REPORT_PROPERTY + "=true");
        assertEquals(0, child.exitCode(), child.errors());
        assertEquals(1, child.errors().lines().filter(line -> line.contains("memory(lost), was forgotten")).count(), child.errors());
        ChildJvm quiet = ChildJvm.run(Map.of(), Forgetful.class);
        assertEquals(0, quiet.exitCode(), quiet.errors());
        assertTrue(quiet.errors().lines().noneMatch(line -> line.contains("forgotten")), quiet.errors());
    }
}
