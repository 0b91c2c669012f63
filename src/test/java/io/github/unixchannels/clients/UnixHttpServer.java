// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.clients;

import io.github.unixchannels.net.UnixServerSocketFactory;
import io.github.unixchannels.support.BackgroundCall;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.ExceptionListener;
import org.apache.hc.core5.http.HttpConnection;
import org.apache.hc.core5.http.impl.bootstrap.HttpServer;
import org.apache.hc.core5.http.impl.bootstrap.ServerBootstrap;
import org.apache.hc.core5.http.impl.io.DefaultBHttpServerConnection;
import org.apache.hc.core5.http.impl.io.DefaultBHttpServerConnectionFactory;
import org.apache.hc.core5.http.io.HttpConnectionFactory;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;

/** The HTTP server of Apache HttpCore, a thread a connection, which listens by our factory. */
final class UnixHttpServer implements Closeable {

    private static final byte[] NOTHING = {};

    private final AtomicInteger connections = new AtomicInteger();
    private final Queue<Exception> failures = new ConcurrentLinkedQueue<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final HttpServer server;

    private UnixHttpServer(SocketAddress address) {
        HttpConnectionFactory<DefaultBHttpServerConnection> plain = DefaultBHttpServerConnectionFactory.builder().build();
        server = ServerBootstrap.bootstrap()
                .setServerSocketFactory(new UnixServerSocketFactory(address))
                .setConnectionFactory(new HttpConnectionFactory<>() {
                    @Override
                    public DefaultBHttpServerConnection createConnection(Socket socket) throws IOException {
                        connections.incrementAndGet();
                        return plain.createConnection(socket);
                    }
                })
                .setExceptionListener(new ExceptionListener() {
                    @Override
                    public void onError(Exception failure) {
                        failures.add(failure);
                    }

                    @Override
                    public void onError(HttpConnection connection, Exception failure) {
                        failures.add(failure);
                    }
                })
                .register("/hello", UnixHttpServer::hello)
                .register("/echo", UnixHttpServer::echo)
                .register("/never", this::never)
                .create();
    }

    /** Apache's libraries ask for the options of TCP sockets in a way that leaves some open until the next garbage collection. */
    static void openWhatTheJdkKeeps() throws ClassNotFoundException {
        Class.forName("jdk.net.Sockets");
    }

    static UnixHttpServer start(SocketAddress address) throws IOException {
        UnixHttpServer server = new UnixHttpServer(address);
        server.server.start();
        return server;
    }

    private static void hello(ClassicHttpRequest request, ClassicHttpResponse response, HttpContext context) {
        response.setEntity(new StringEntity("hello to " + request.getRequestUri(), ContentType.TEXT_PLAIN));
    }

    /** Sends the request's body back, in chunks if the request came in chunks. */
    private static void echo(ClassicHttpRequest request, ClassicHttpResponse response, HttpContext context) throws IOException {
        byte[] body = request.getEntity() == null ? NOTHING : EntityUtils.toByteArray(request.getEntity());
        if (request.getEntity() != null && request.getEntity().isChunked()) {
            response.setEntity(new InputStreamEntity(new ByteArrayInputStream(body), ContentType.APPLICATION_OCTET_STREAM));
        } else {
            response.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_OCTET_STREAM));
        }
    }

    private void never(ClassicHttpRequest request, ClassicHttpResponse response, HttpContext context) throws IOException {
        try {
            closing.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** How many connections were accepted. */
    int connections() {
        return connections.get();
    }

    /** Closes the server, and waits until its threads have left their sockets. */
    @Override
    public void close() {
        closing.countDown();
        server.close(CloseMode.IMMEDIATE);
        try {
            server.awaitTermination(TimeValue.ofSeconds(20)); // of the threads that serve, not of the one that accepts
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        BackgroundCall.soon().until(UnixHttpServer::isNoLongerAccepting);
    }

    private static boolean isNoLongerAccepting() {
        return Thread.getAllStackTraces().keySet().stream().noneMatch(thread -> thread.getName().startsWith("HTTP-listener"));
    }
}
