// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;

import io.github.unixchannels.UnixSelectorProvider;
import io.github.unixchannels.address.SocketFamily;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.descriptor.OperationScope;
import io.github.unixchannels.descriptor.SocketDescriptor;
import io.github.unixchannels.passing.FdFactory;
import io.github.unixchannels.passing.ReceivedChannels;
import io.github.unixchannels.selector.EpollSelector;
import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.FaultySyscalls;
import io.github.unixchannels.support.OpenDescriptors;
import io.github.unixchannels.support.RawDescriptors;
import io.github.unixchannels.sys.Linux;
import java.net.SocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.SelectorProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An Error between the call that opens a descriptor and the return of its owner leaves nothing open. */
class DescriptorOwnerTest {

    private final FaultySyscalls faulty = new FaultySyscalls();
    private final SelectorProvider provider = UnixSelectorProvider.provider();
    private final RawDescriptors raw = new RawDescriptors();

    @AfterEach
    void closeRaw() {
        raw.close();
    }

    private OperationScope frame(Descriptor descriptor) {
        AbstractSelectableChannel channel = new AbstractSelectableChannel(provider) {
            @Override
            public int validOps() {
                return 0;
            }

            @Override
            protected void implCloseSelectableChannel() {}

            @Override
            protected void implConfigureBlocking(boolean block) {}
        };
        return new OperationScope(channel, descriptor) {
            @Override
            protected void begin() {}

            @Override
            protected void end(boolean completed) throws AsynchronousCloseException {}
        };
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anAcceptedConnectionIsClosed(boolean whenItsNameIsRead) throws Exception {
        SocketAddress name = AbstractNames.unique();
        int listener = raw.listen(raw.bind(raw.socket(Linux.AF_UNIX, Linux.SOCK_STREAM), name));
        SocketDescriptor descriptor = SocketDescriptor.ofListener(faulty.syscalls(), listener);
        SocketFamily family = whenItsNameIsRead ? null : SocketFamily.UNIX; // without a family, no name can be read
        ServerOperations<SocketChannel> server = new ServerOperations<>(frame(descriptor), descriptor, family, name, true) {
            @Override
            SocketChannel accepted(SocketDescriptor connected, SocketAddress remote) {
                throw new OutOfMemoryError();
            }
        };
        assertEquals(0, raw.connect(raw.socket(Linux.AF_UNIX, Linux.SOCK_STREAM), name));
        int before = OpenDescriptors.count();
        Throwable thrown = assertThrows(Throwable.class, server::accept);
        assertEquals(before, OpenDescriptors.count());
        assertEquals(whenItsNameIsRead ? NullPointerException.class : OutOfMemoryError.class, thrown.getClass());
        assertEquals(1, faulty.count("accept4"));
    }

    /** The address of a new buffer is asked for after the descriptor was opened. */
    @ParameterizedTest
    @ValueSource(strings = {"epollCreate1", "eventfd"})
    void theDescriptorsOfASelectorAreClosed(String call) {
        int before = OpenDescriptors.count();
        faulty.next(call, (real, arguments) -> {
            faulty.next("addressOf", (ignored, buffer) -> {
                throw new OutOfMemoryError();
            });
            return real.with(arguments);
        });
        assertThrowsExactly(OutOfMemoryError.class, () -> EpollSelector.open(provider, faulty.syscalls(), () -> provider));
        assertEquals(before, OpenDescriptors.count());
    }

    @Test
    void theEpollInstanceThatTriesAReceivedDescriptorIsClosed() throws Exception {
        int eventfd = faulty.syscalls().eventfd(0, Linux.EFD_CLOEXEC);
        int before = OpenDescriptors.count();
        faulty.next("addressOf", (real, arguments) -> {
            throw new OutOfMemoryError();
        });
        FdFactory fds = new FdFactory(provider, faulty.syscalls());
        assertThrowsExactly(OutOfMemoryError.class, () -> ReceivedChannels.pollable(provider, faulty.syscalls(), fds, eventfd));
        assertEquals(before, OpenDescriptors.count());
        faulty.syscalls().close(eventfd);
    }
}
