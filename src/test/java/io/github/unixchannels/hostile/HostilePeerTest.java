// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.hostile;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.AbstractSocketAddress;
import io.github.unixchannels.AncillaryData;
import io.github.unixchannels.MessageInfo;
import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixServerSocketChannel;
import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.NoFileLeaks;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.OtherProgram;
import java.io.File;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A peer in another process does all that the kernel lets it do, without end, and is killed by SIGKILL in the middle of it. Who receives
 * comes to an end, has no descriptor more than before, and meanwhile never has more than one message's.
 */
@ExtendWith({NothingLeaks.class, NoFileLeaks.class})
@Timeout(300)
class HostilePeerTest {

    /** What is received of the peer before it is killed. */
    private static final int MESSAGES = 200;

    /** Of the JVM's own, which it opens and closes when it likes. */
    private static final int OTHER_DESCRIPTORS = 30;

    private static final int LONGEST_BYTES = 256 << 10;

    private static final String PROGRAM = """
            import array, os, socket, struct, sys, time
            kind, name, way = sys.argv[1:4]
            s = socket.socket(socket.AF_UNIX, getattr(socket, 'SOCK_' + kind))
            if way == 'oddname':
                s.bind(b'\\0\\n\\xff\\x1b[2J' + str(os.getpid()).encode() + b'\\0\\0')
            s.connect('\\0' + name)
            print('connected', flush=True)
            def rights(n):
                return (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [0] * n))
            credentials = (socket.SOL_SOCKET, 2, struct.pack('3i', os.getpid(), os.getuid(), os.getgid()))
            if way == 'half':
                s.shutdown(socket.SHUT_WR)
            while True:
                try:
                    if way == 'flood':
                        s.sendmsg([b'x' * 100], [rights(253)])
                    elif way == 'several':
                        s.sendmsg([b'x' * 100], [rights(100), credentials, rights(100)])
                    elif way == 'junk':
                        try:
                            s.sendmsg([b'x'], [(socket.SOL_SOCKET, 77, b'junk' * 20), (41, 1, b'')])
                        except OSError:
                            pass
                        s.sendmsg([b'x'], [rights(1), (6, 4, b'tcp')])
                    elif way == 'empty':
                        s.send(b'')
                        if kind == 'STREAM':
                            s.send(b'x')
                    elif way == 'largest':
                        s.send(b'x' * 200000)
                    elif way == 'oddname':
                        s.send(b'x')
                    else:
                        time.sleep(60)
                except OSError:
                    time.sleep(60)
            """;

    private final String name = AbstractNames.uniqueText();

    @BeforeAll
    static void python() throws Exception {
        OtherProgram.assume("python3", "-c", "import socket; socket.send_fds");
    }

    private static int open() {
        return new File("/proc/self/fd").list().length;
    }

    @ParameterizedTest
    @CsvSource({
        "STREAM,flood", "STREAM,several", "STREAM,junk", "STREAM,largest", "STREAM,oddname", "STREAM,empty",
        "SEQPACKET,flood", "SEQPACKET,several", "SEQPACKET,junk", "SEQPACKET,largest", "SEQPACKET,oddname", "SEQPACKET,empty"
    })
    void whatSendsWithoutEndAndIsKilledLeavesNothing(UnixProtocolFamily family, String way) throws Exception {
        try (UnixServerSocketChannel server = UnixServerSocketChannel.open(family).bind(AbstractSocketAddress.of(name), 1);
                OtherProgram peer = OtherProgram.start("python3", "-c", PROGRAM, family.name(), name, way);
                UnixSocketChannel accepted = server.accept();
                AncillaryData data = AncillaryData.create()) {
            int most = open() + AncillaryData.MAX_DESCRIPTORS + OTHER_DESCRIPTORS;
            ByteBuffer dst = ByteBuffer.allocateDirect(LONGEST_BYTES);
            accepted.getRemoteAddress().toString();
            for (int i = 0; i < MESSAGES; i++) {
                accepted.receive(dst.clear(), data);
                assertTrue(open() <= most, () -> "after a message " + open() + " descriptors are open, of " + most);
            }
            peer.kill();
            BackgroundCall.start(() -> receiveToTheEnd(accepted, dst, data)).result();
        }
    }

    /** The end, or what a reset is told by. */
    private static Void receiveToTheEnd(UnixSocketChannel channel, ByteBuffer dst, AncillaryData data) throws IOException {
        try {
            for (;;) {
                MessageInfo info = channel.receive(dst.clear(), data);
                if (info.isEnd()) {
                    return null;
                }
            }
        } catch (SocketException reset) {
            return null;
        }
    }

    @ParameterizedTest
    @CsvSource({"STREAM,stall", "STREAM,half", "SEQPACKET,stall", "SEQPACKET,half"})
    void aWriteToWhatNeverReadsEndsWhenItIsKilled(UnixProtocolFamily family, String way) throws Exception {
        try (UnixServerSocketChannel server = UnixServerSocketChannel.open(family).bind(AbstractSocketAddress.of(name), 1);
                OtherProgram peer = OtherProgram.start("python3", "-c", PROGRAM, family.name(), name, way);
                UnixSocketChannel accepted = server.accept()) {
            ByteBuffer src = ByteBuffer.allocateDirect(8 << 10);
            BackgroundCall<Void> writing = BackgroundCall.start(() -> {
                for (;;) {
                    accepted.write(src.clear());
                }
            });
            writing.awaitBlocked();
            peer.kill();
            assertTrue(writing.failure() instanceof IOException);
        }
    }

    /** Its connections wait to be accepted when it is killed: each is accepted, and at its end. */
    @ParameterizedTest
    @CsvSource({"STREAM", "SEQPACKET"})
    void whatIsKilledInAFullBacklogIsAcceptedAndEnds(UnixProtocolFamily family) throws Exception {
        String program = """
                import socket, sys, time
                kind, name = sys.argv[1:3]
                open = []
                for i in range(20):
                    s = socket.socket(socket.AF_UNIX, getattr(socket, 'SOCK_' + kind))
                    s.setblocking(False)
                    try:
                        s.connect('\\0' + name)
                        open.append(s)
                    except OSError:
                        break
                print(len(open), flush=True)
                time.sleep(60)
                """;
        try (UnixServerSocketChannel server = UnixServerSocketChannel.open(family).bind(AbstractSocketAddress.of(name), 5);
                OtherProgram peer = OtherProgram.start("python3", "-c", program, family.name(), name)) {
            int connected = Integer.parseInt(peer.hear());
            peer.kill();
            for (int i = 0; i < connected; i++) {
                try (UnixSocketChannel accepted = server.accept(); AncillaryData data = AncillaryData.create()) {
                    receiveToTheEnd(accepted, ByteBuffer.allocate(8), data);
                }
            }
        }
    }
}
