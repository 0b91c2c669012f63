// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.VirtualThreadStarter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Has the Java platform open what its virtual threads wait with, which it keeps, before a test counts descriptors. */
final class PlatformPollers implements BeforeAllCallback {

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        if (VirtualThreadStarter.isAvailable()) {
            ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            BackgroundCall<Socket> accepting = BackgroundCall.startVirtual(server::accept).awaitParked();
            server.close();
            accepting.failure();
        }
    }
}
