// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test that leaves a socket, an eventfd or an epoll instance open, whatever else it was about. */
public final class NothingLeaks implements BeforeEachCallback, AfterEachCallback {

    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(NothingLeaks.class);

    static {
        openWhatTheJdkKeeps();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        if (VirtualThreadStarter.isAvailable()) {
            ParkingPollers.keep(); // else the first virtual thread of the process seems to leave them open
        }
        context.getStore(NAMESPACE).put("before", OpenDescriptors.list());
    }

    @Override
    @SuppressWarnings("unchecked") // only beforeEach puts
    public void afterEach(ExtensionContext context) {
        List<String> left = new ArrayList<>(OpenDescriptors.list());
        for (String descriptor : (List<String>) context.getStore(NAMESPACE).get("before", List.class)) {
            left.remove(descriptor);
        }
        assertEquals(List.of(), left, "left open");
    }

    /** The first socket that the JDK closes makes it open one that it keeps, for use in closing others. */
    private static void openWhatTheJdkKeeps() {
        try {
            SocketChannel.open(StandardProtocolFamily.UNIX).close();
            ServerSocketChannel.open(StandardProtocolFamily.UNIX).close();
        } catch (IOException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
