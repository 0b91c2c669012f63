// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.clients;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.net.UnixSocketFactory;
import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.NothingLeaks;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The classic client of Apache HttpClient 5, which connects sockets that our factory made, and HttpCore's server. */
@ExtendWith(NothingLeaks.class)
class HttpClientTest {

    private static final int THREADS = 16;

    @TempDir
    private Path folder;

    private UnixHttpServer server;
    private CloseableHttpClient client;

    @BeforeAll
    static void openWhatTheJdkKeeps() throws Exception {
        UnixHttpServer.openWhatTheJdkKeeps();
    }

    private void start(SocketAddress address) throws IOException {
        server = UnixHttpServer.start(address);
        UnixSocketFactory factory = new UnixSocketFactory(address);
        PoolingHttpClientConnectionManager connections = new PoolingHttpClientConnectionManager(
                new DefaultHttpClientConnectionOperator(proxy -> factory.createSocket(), null, null, scheme -> null),
                PoolConcurrencyPolicy.STRICT, PoolReusePolicy.LIFO, TimeValue.ofMinutes(1), null);
        connections.setMaxTotal(THREADS);
        connections.setDefaultMaxPerRoute(THREADS);
        client = HttpClients.custom().setConnectionManager(connections).build();
    }

    private void start() throws IOException {
        start(UnixDomainSocketAddress.of(folder.resolve("http")));
    }

    @AfterEach
    void end() throws IOException {
        if (client != null) {
            client.close();
        }
        if (server != null) {
            server.close();
        }
    }

    private String get(String path) throws IOException {
        return client.execute(new HttpGet("http://localhost" + path), response -> EntityUtils.toString(response.getEntity()));
    }

    private byte[] echo(HttpEntity body) throws IOException {
        HttpPost post = new HttpPost("http://localhost/echo");
        post.setEntity(body);
        return client.execute(post, response -> {
            assertEquals(body.getContentLength() < 0, response.getEntity().isChunked());
            return EntityUtils.toByteArray(response.getEntity());
        });
    }

    @Test
    void oneConnectionServesManyRequests() throws Exception {
        start();
        for (int i = 0; i < 100; i++) {
            assertEquals("hello to /hello?" + i, get("/hello?" + i));
        }
        assertEquals(1, server.connections());
    }

    @Test
    void anAbstractNameIsReached() throws Exception {
        start(AbstractNames.unique());

        assertEquals("hello to /hello", get("/hello"));
    }

    @Test
    void bodiesTravelWholeAndInChunks() throws Exception {
        start();
        byte[] body = new byte[3 << 20];
        new Random(1).nextBytes(body);

        assertArrayEquals(body, echo(new ByteArrayEntity(body, ContentType.APPLICATION_OCTET_STREAM)));
        assertArrayEquals(body, echo(new InputStreamEntity(new ByteArrayInputStream(body), ContentType.APPLICATION_OCTET_STREAM)));
        assertEquals(1, server.connections());
    }

    @Test
    void aThousandRequestsOfSixteenThreads() throws Exception {
        start();
        List<BackgroundCall<Integer>> threads = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            Random random = new Random(thread);
            threads.add(BackgroundCall.start(() -> {
                byte[] body = new byte[10_000];
                for (int i = 0; i < 64; i++) {
                    random.nextBytes(body);
                    boolean chunked = i % 2 == 0;
                    assertArrayEquals(body, echo(chunked
                            ? new InputStreamEntity(new ByteArrayInputStream(body), ContentType.APPLICATION_OCTET_STREAM)
                            : new ByteArrayEntity(body, ContentType.APPLICATION_OCTET_STREAM)));
                }
                return 64;
            }));
        }
        int requests = 0;
        for (BackgroundCall<Integer> thread : threads) {
            requests += thread.result();
        }
        assertEquals(1024, requests);
        assertTrue(server.connections() <= THREADS, () -> server.connections() + " connections");
    }

    @Test
    void aResponseThatDoesNotComeInTimeIsAnException() throws Exception {
        start();
        HttpGet never = new HttpGet("http://localhost/never");
        never.setConfig(RequestConfig.custom().setResponseTimeout(50, TimeUnit.MILLISECONDS).build());

        assertThrows(SocketTimeoutException.class, () -> client.execute(never, response -> response.getCode()));
        assertEquals("hello to /hello", get("/hello"));
    }

    @Test
    void anAbortedRequestEnds() throws Exception {
        start();
        HttpGet never = new HttpGet("http://localhost/never");
        BackgroundCall<Integer> request = BackgroundCall.start(() -> client.execute(never, response -> response.getCode()));
        BackgroundCall.soon().until(() -> server.connections() == 1);
        request.awaitBlocked();
        never.abort();

        assertTrue(request.failure() instanceof IOException);
    }
}
