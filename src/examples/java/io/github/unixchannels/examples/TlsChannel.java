// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.examples;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;

/**
 * TLS over a channel in blocking mode, by an {@link SSLEngine}. One thread may read while another one writes.
 *
 * <p>A record of TLS has at most 16 KiB and some bytes, so a SEQPACKET channel takes each as one message.
 */
public final class TlsChannel implements ByteChannel {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SocketChannel channel;
    private final SSLEngine engine;

    // Of the thread that reads. Both are ready to be taken from.
    private ByteBuffer received;
    private ByteBuffer decrypted = NOTHING;

    /** Of the thread that holds the lock of it. Ready to be put into. */
    private final ByteBuffer encrypted;

    /**
     * A side of a connection that is not protected yet: {@link #handshake} is the first to call.
     *
     * @param channel a channel that is connected, and in blocking mode
     * @param engine in client mode on one side, and in server mode on the other
     */
    public TlsChannel(SocketChannel channel, SSLEngine engine) {
        this.channel = channel;
        this.engine = engine;
        this.received = ByteBuffer.allocateDirect(engine.getSession().getPacketBufferSize()).limit(0);
        this.encrypted = ByteBuffer.allocateDirect(engine.getSession().getPacketBufferSize());
    }

    /** Agrees with the peer on a session. */
    public void handshake() throws IOException {
        engine.beginHandshake();
        HandshakeStatus status = engine.getHandshakeStatus();
        while (status != HandshakeStatus.FINISHED && status != HandshakeStatus.NOT_HANDSHAKING) {
            status = step(status);
        }
    }

    private HandshakeStatus step(HandshakeStatus status) throws IOException {
        switch (status) {
            case NEED_TASK -> {
                for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                    task.run();
                }
                return engine.getHandshakeStatus();
            }
            case NEED_WRAP -> {
                return send(NOTHING).getHandshakeStatus();
            }
            default -> {
                SSLEngineResult result = receive();
                if (result == null) {
                    throw new EOFException("the peer ended the connection during the handshake");
                }
                return result.getHandshakeStatus();
            }
        }
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        if (!dst.hasRemaining()) {
            return 0;
        }
        while (!decrypted.hasRemaining()) {
            SSLEngineResult result = receive();
            if (result == null || result.getStatus() == SSLEngineResult.Status.CLOSED) {
                engine.closeInbound(); // throws if the peer did not say that this is the end
                return -1;
            }
            HandshakeStatus status = result.getHandshakeStatus();
            while (status == HandshakeStatus.NEED_WRAP || status == HandshakeStatus.NEED_TASK) {
                status = step(status); // new keys, or a ticket to resume the session with
            }
        }
        int n = Math.min(dst.remaining(), decrypted.remaining());
        dst.put(dst.position(), decrypted, decrypted.position(), n).position(dst.position() + n);
        decrypted.position(decrypted.position() + n);
        return n;
    }

    /** Receives until a record is complete, and decrypts it. Returns null at the end of the stream. */
    private SSLEngineResult receive() throws IOException {
        for (;;) {
            ByteBuffer into = decrypted.hasRemaining() || decrypted == NOTHING ? roomForRecord() : decrypted.clear();
            SSLEngineResult result = engine.unwrap(received, into);
            switch (result.getStatus()) {
                case BUFFER_UNDERFLOW -> {
                    decrypted = into.limit(0);
                    if (!receiveMore()) {
                        return null;
                    }
                }
                case BUFFER_OVERFLOW -> decrypted = NOTHING; // the session has larger records than the last had
                default -> {
                    decrypted = into.flip();
                    return result;
                }
            }
        }
    }

    private ByteBuffer roomForRecord() {
        return ByteBuffer.allocateDirect(engine.getSession().getApplicationBufferSize());
    }

    private boolean receiveMore() throws IOException {
        int least = engine.getSession().getPacketBufferSize();
        if (received.capacity() < least) {
            received = ByteBuffer.allocateDirect(least).put(received).flip();
        }
        received.compact();
        try {
            return channel.read(received) >= 0;
        } finally {
            received.flip();
        }
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        int n = src.remaining();
        while (src.hasRemaining()) {
            send(src);
        }
        return n;
    }

    /** Encrypts what fits into a record, and sends the record. */
    private SSLEngineResult send(ByteBuffer src) throws IOException {
        synchronized (encrypted) {
            SSLEngineResult result = engine.wrap(src, encrypted.clear());
            encrypted.flip();
            while (encrypted.hasRemaining()) {
                channel.write(encrypted);
            }
            if (result.getStatus() == SSLEngineResult.Status.CLOSED && src.hasRemaining()) {
                throw new IOException("the connection has ended");
            }
            return result;
        }
    }

    /** Tells the peer that no more comes. What the peer sends can still be read. */
    public void shutdownOutput() throws IOException {
        engine.closeOutbound();
        while (!engine.isOutboundDone()) {
            send(NOTHING);
        }
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            shutdownOutput();
        } catch (IOException e) {
            // the peer, or this side's output, had its end before
        }
    }
}
