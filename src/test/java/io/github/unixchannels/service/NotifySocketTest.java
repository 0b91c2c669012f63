// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.AbstractSocketAddress;
import io.github.unixchannels.AncillaryData;
import io.github.unixchannels.ErrnoException;
import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.UnixDatagramChannel;
import io.github.unixchannels.UnixSocketOptions;
import io.github.unixchannels.process.ChildProcess;
import io.github.unixchannels.process.ChildProcessBuilder;
import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.ChildJvm;
import io.github.unixchannels.support.NoFileLeaks;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.RawDescriptor;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a manager hears: sd_notify(3), sd_notify_barrier(3), sd_watchdog_enabled(3). */
@ExtendWith({NothingLeaks.class, NoFileLeaks.class})
class NotifySocketTest {

    private static final NotifySocket UNSET = NotifySocket.of(Map.of());

    private UnixDatagramChannel manager;
    private NotifySocket socket;

    @BeforeEach
    void open() throws IOException {
        manager = UnixDatagramChannel.open();
        manager.setOption(UnixSocketOptions.SO_PASSCRED, true);
        manager.bind(AbstractSocketAddress.AUTOBIND);
        socket = NotifySocket.of(Map.of("NOTIFY_SOCKET", manager.getLocalAddress().toString()));
    }

    @AfterEach
    void close() throws IOException {
        manager.close();
    }

    private String hear() throws IOException {
        try (AncillaryData ancillary = AncillaryData.create()) {
            return hear(ancillary);
        }
    }

    private String hear(AncillaryData ancillary) throws IOException {
        ByteBuffer message = ByteBuffer.allocate(1000);
        manager.receive(message, ancillary);
        assertEquals(ProcessHandle.current().pid(), ancillary.senderCredentials().pid());
        return UTF_8.decode(message.flip()).toString();
    }

    @Test
    void eachStateIsADatagram() throws Exception {
        assertTrue(socket.ready());
        assertEquals("READY=1", hear());
        assertTrue(socket.stopping());
        assertEquals("STOPPING=1", hear());
        assertTrue(socket.status("Grüße = 1"));
        assertEquals("STATUS=Grüße = 1", hear());
        assertTrue(socket.errno(2));
        assertEquals("ERRNO=2", hear());
        assertTrue(socket.mainPid(4711));
        assertEquals("MAINPID=4711", hear());
        assertTrue(socket.watchdog());
        assertEquals("WATCHDOG=1", hear());
        assertTrue(socket.send("READY=1", "STATUS=", "X_APP_2=a"));
        assertEquals("READY=1\nSTATUS=\nX_APP_2=a", hear());
    }

    @Test
    void aReloadSaysWhenItBegan() throws Exception {
        long before = TimeUnit.NANOSECONDS.toMicros(System.nanoTime()); // CLOCK_MONOTONIC in HotSpot
        assertTrue(socket.reloading());
        long after = TimeUnit.NANOSECONDS.toMicros(System.nanoTime());

        String heard = hear();
        assertTrue(heard.startsWith("RELOADING=1\nMONOTONIC_USEC="), heard);
        long told = Long.parseLong(heard.substring(heard.lastIndexOf('=') + 1));
        assertTrue(before <= told && told <= after, before + " " + told + " " + after);
    }

    @Test
    void theSocketMayHaveAPath(@TempDir Path folder) throws Exception {
        Path path = folder.resolve("notify");
        try (UnixDatagramChannel receiver = UnixDatagramChannel.open()) {
            receiver.bind(UnixDomainSocketAddress.of(path));
            NotifySocket.of(Map.of("NOTIFY_SOCKET", path.toString())).ready();

            ByteBuffer message = ByteBuffer.allocate(100);
            receiver.receive(message);
            assertEquals("READY=1", UTF_8.decode(message.flip()).toString());
        }
    }

    @Test
    void whereNobodyWantsToHearNothingIsDone() throws Exception {
        try (OwnedFd memory = OwnedFd.memory("memory", 1)) {
            assertFalse(UNSET.isSet());
            assertFalse(NotifySocket.of(Map.of("NOTIFY_SOCKET", "")).isSet());
            assertFalse(UNSET.ready() || UNSET.reloading() || UNSET.stopping() || UNSET.status("x") || UNSET.errno(1) || UNSET.mainPid(1)
                    || UNSET.watchdog() || UNSET.store("x", memory) || UNSET.store("x", manager) || UNSET.removeStored("x")
                    || UNSET.barrier(Duration.ofNanos(1)) || UNSET.send("X_Y=1"));
            assertThrows(IllegalArgumentException.class, () -> UNSET.status("a\nb"));
            assertThrows(IllegalArgumentException.class, () -> UNSET.store("x"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"READY", "", "=1", "ready=1", "1A=1", "A B=1", "STATUS=a\nREADY=1", "STATUS=a\n", "STATUS=a\0", "\nREADY=1"})
    void whatWouldBeAnotherNotificationIsRefused(String assignment) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> socket.send("READY=1", assignment));

        assertTrue(e.getMessage().startsWith("not NAME=value in one line: ") && !e.getMessage().contains("\n"), e.getMessage());
    }

    @Test
    void valuesThatMeanNothingAreRefused() throws Exception {
        assertThrows(IllegalArgumentException.class, () -> socket.status("a\nREADY=1"));
        assertThrows(IllegalArgumentException.class, () -> socket.errno(-1));
        assertThrows(IllegalArgumentException.class, () -> socket.mainPid(0));
        assertThrows(IllegalArgumentException.class, () -> socket.barrier(Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> socket.removeStored("a\nb"));
        assertThrows(IllegalArgumentException.class, socket::send);
        assertThrows(IllegalArgumentException.class, () -> socket.store("name"));
        try (OwnedFd memory = OwnedFd.memory("memory", 1)) {
            assertThrows(IllegalArgumentException.class, () -> socket.store("a:b", memory));
            OwnedFd[] many = Collections.nCopies(254, memory).toArray(OwnedFd[]::new);
            assertThrows(IllegalArgumentException.class, () -> socket.store("many", many));
        }
        manager.configureBlocking(false);
        assertNull(manager.receive(ByteBuffer.allocate(100)));
    }

    @Test
    void anAddressOfAnotherFamilyIsRefused() {
        UnsupportedOperationException vsock =
                assertThrows(UnsupportedOperationException.class, () -> NotifySocket.of(Map.of("NOTIFY_SOCKET", "vsock:2:1234")));
        assertEquals("NOTIFY_SOCKET=vsock:2:1234 is an address of AF_VSOCK; only AF_UNIX is supported", vsock.getMessage());
        assertThrows(UnsupportedOperationException.class, () -> NotifySocket.of(Map.of("NOTIFY_SOCKET", "vsock-stream:2:1234")));
        IllegalArgumentException relative =
                assertThrows(IllegalArgumentException.class, () -> NotifySocket.of(Map.of("NOTIFY_SOCKET", "run/notify")));
        assertEquals("NOTIFY_SOCKET=run/notify is neither an absolute path nor an abstract name", relative.getMessage());
        assertThrows(IllegalArgumentException.class, () -> NotifySocket.of(Map.of("NOTIFY_SOCKET", "@" + "x".repeat(108))));
    }

    @Test
    void aManagerThatIsGoneIsAnException(@TempDir Path folder) throws Exception {
        Path path = folder.resolve("notify");
        NotifySocket gone = NotifySocket.of(Map.of("NOTIFY_SOCKET", path.toString()));

        IOException missing = assertThrows(SocketException.class, gone::ready);
        assertEquals("send(" + path + "): No such file or directory (ENOENT)", missing.getMessage());
        try (UnixDatagramChannel receiver = UnixDatagramChannel.open()) {
            receiver.bind(UnixDomainSocketAddress.of(path));
        }
        assertThrows(PortUnreachableException.class, gone::ready);
        assertThrows(PortUnreachableException.class, () -> gone.barrier(Duration.ofMinutes(1)));
        try (OwnedFd memory = OwnedFd.memory("memory", 1)) {
            IOException e = assertThrows(PortUnreachableException.class, () -> gone.store("x", memory));
            assertEquals("ECONNREFUSED", ErrnoException.nameOf(e));
            assertTrue(memory.isOpen());
        }
    }

    @Test
    void descriptorsAreGivenToKeep() throws Exception {
        try (OwnedFd memory = OwnedFd.memory("memory", 1); OwnedFd eventfd = RawDescriptor.eventfd();
                AncillaryData ancillary = AncillaryData.create()) {
            assertTrue(socket.store("state one", memory, eventfd));
            assertEquals("FDSTORE=1\nFDNAME=state one", hear(ancillary));
            assertEquals(List.of(OwnedFd.Kind.REGULAR_FILE, OwnedFd.Kind.ANONYMOUS), kinds(ancillary));

            assertTrue(socket.store("socket", manager));
            assertEquals("FDSTORE=1\nFDNAME=socket", hear(ancillary));
            assertEquals(List.of(OwnedFd.Kind.DATAGRAM_SOCKET), kinds(ancillary));

            assertTrue(socket.removeStored("socket"));
            assertEquals("FDSTOREREMOVE=1\nFDNAME=socket", hear());
            assertTrue(memory.isOpen() && eventfd.isOpen() && manager.isOpen());
        }
    }

    private static List<OwnedFd.Kind> kinds(AncillaryData ancillary) throws IOException {
        List<OwnedFd.Kind> kinds = new ArrayList<>();
        while (ancillary.descriptorCount() > 0) {
            try (OwnedFd taken = ancillary.takeDescriptor()) {
                kinds.add(taken.kind());
            }
        }
        return kinds;
    }

    @Test
    void theBarrierIsPassedWhenTheManagerClosesThePipe() throws Exception {
        socket.status("before");
        BackgroundCall<Boolean> barrier = BackgroundCall.start(() -> socket.barrier(Duration.ofMinutes(1)));
        try (AncillaryData ancillary = AncillaryData.create()) {
            assertEquals("STATUS=before", hear());
            assertEquals("BARRIER=1", hear(ancillary));
            assertEquals(1, ancillary.descriptorCount());
            barrier.awaitBlocked();
            ancillary.clear();

            assertTrue(barrier.result());
        }
    }

    @Test
    void aManagerThatKeepsThePipeIsATimeout() throws Exception {
        SocketTimeoutException e = assertThrows(SocketTimeoutException.class, () -> socket.barrier(Duration.ofMillis(1)));

        assertEquals("BARRIER=1 to " + manager.getLocalAddress() + ": the manager has not closed the pipe in PT0.001S", e.getMessage());
        hear();
    }

    @Test
    void anInterruptEndsTheWaitAtTheBarrier() throws Exception {
        Thread.currentThread().interrupt();
        try {
            assertThrows(ClosedByInterruptException.class, () -> socket.barrier(Duration.ofMinutes(1)));
        } finally {
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    void anInterruptMeanwhileEndsTheWaitAtTheBarrier() throws Exception {
        BackgroundCall<Boolean> barrier = BackgroundCall.start(() -> socket.barrier(Duration.ofMinutes(1)));
        try (AncillaryData ancillary = AncillaryData.create()) {
            assertEquals("BARRIER=1", hear(ancillary));
            barrier.awaitBlocked().interrupt();

            assertInstanceOf(ClosedByInterruptException.class, barrier.failure());
            assertTrue(barrier.wasInterrupted());
        }
    }

    @Test
    void aThreadThatWasInterruptedCanTellThatItStops() throws Exception {
        Thread.currentThread().interrupt();
        try {
            assertTrue(socket.stopping());
        } finally {
            assertTrue(Thread.interrupted());
        }
        assertEquals("STOPPING=1", hear());
    }

    private static Optional<Duration> watchdog(String... namesAndValues) {
        Map<String, String> variables = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            variables.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return NotifySocket.of(variables).watchdogTimeout();
    }

    @Test
    void theManagerSaysHowLongItWaits() {
        String self = Long.toString(ProcessHandle.current().pid());
        assertEquals(Optional.empty(), watchdog());
        assertEquals(Optional.of(Duration.ofMillis(1500)), watchdog("WATCHDOG_USEC", "1500000"));
        assertEquals(Optional.of(Duration.ofSeconds(2)), watchdog("WATCHDOG_USEC", "2000000", "WATCHDOG_PID", self));
        assertEquals(Optional.empty(), watchdog("WATCHDOG_USEC", "2000000", "WATCHDOG_PID", "1" + self));
        assertThrows(IllegalStateException.class, () -> watchdog("WATCHDOG_USEC", "0"));
        assertThrows(IllegalStateException.class, () -> watchdog("WATCHDOG_USEC", "soon"));
        assertThrows(IllegalStateException.class, () -> watchdog("WATCHDOG_USEC", "1", "WATCHDOG_PID", "0"));
    }

    @Test
    void theEnvironmentNamesTheSocket() throws Exception {
        List<String> command = new ArrayList<>(ChildJvm.command(Activated.class));
        command.add("notify");
        ChildProcessBuilder builder = new ChildProcessBuilder(command).redirectError(Redirect.INHERIT);
        builder.environment().put("NOTIFY_SOCKET", manager.getLocalAddress().toString());
        builder.environment().put("WATCHDOG_USEC", "30000000");
        builder.environment().remove("WATCHDOG_PID");
        ChildProcess child = builder.start();
        ByteBuffer message = ByteBuffer.allocate(100);
        try (AncillaryData ancillary = AncillaryData.create()) {
            manager.receive(message, ancillary);

            assertEquals("READY=1\nSTATUS=PT30S", UTF_8.decode(message.flip()).toString());
            assertEquals(child.pid(), ancillary.senderCredentials().pid());
        }
        assertEquals("true\n", new String(child.getInputStream().readAllBytes(), UTF_8));
        assertEquals(0, child.waitFor());
    }
}
