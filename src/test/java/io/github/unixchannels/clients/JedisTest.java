// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.clients;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.net.UnixSocketFactory;
import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.NothingLeaks;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import redis.clients.jedis.ConnectionFactory;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.Response;
import redis.clients.jedis.args.ClientPauseMode;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.providers.PooledConnectionProvider;

/** Jedis, which gets its sockets from our factory, and a real Redis. */
@ExtendWith(NothingLeaks.class)
class JedisTest {

    private static RedisServer server;

    @BeforeAll
    static void start() throws Exception {
        server = RedisServer.start();
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    private static JedisSocketFactory sockets(int timeoutMillis) {
        UnixSocketFactory factory = new UnixSocketFactory(server.path());
        return () -> {
            try {
                Socket socket = factory.createSocket("localhost", 0);
                socket.setSoTimeout(timeoutMillis);
                return socket;
            } catch (IOException e) {
                throw new JedisConnectionException(e);
            }
        };
    }

    @Test
    void aLargeValueMakesARoundTrip() {
        byte[] key = {1};
        byte[] large = new byte[8 << 20];
        new Random(1).nextBytes(large);
        try (Jedis jedis = new Jedis(sockets(0))) {
            assertEquals("PONG", jedis.ping());
            assertEquals("OK", jedis.set(key, large));
            assertArrayEquals(large, jedis.get(key));
            jedis.del(key);
        }
    }

    @Test
    void aPipelineHasAllItsReplies() {
        try (Jedis jedis = new Jedis(sockets(0)); Pipeline pipeline = jedis.pipelined()) {
            List<Response<Long>> replies = new ArrayList<>();
            pipeline.del("counter");
            for (int i = 0; i < 20_000; i++) {
                replies.add(pipeline.incr("counter"));
            }
            pipeline.sync();
            for (int i = 0; i < 20_000; i++) {
                assertEquals(i + 1, replies.get(i).get());
            }
        }
    }

    @Test
    void whatIsPublishedArrivesUntilTheSubscriberIsUnsubscribedByAnotherThread() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        JedisPubSub subscriber = new JedisPubSub() {
            @Override
            public void onSubscribe(String channel, int subscriptions) {
                heard.add("subscribed to " + channel);
            }

            @Override
            public void onMessage(String channel, String message) {
                heard.add(message);
            }
        };
        try (Jedis listening = new Jedis(sockets(0)); Jedis publisher = new Jedis(sockets(0))) {
            BackgroundCall<Boolean> subscription = BackgroundCall.start(() -> {
                listening.subscribe(subscriber, "news");
                return true;
            });
            assertEquals("subscribed to news", heard.poll(20, TimeUnit.SECONDS));
            for (int i = 0; i < 1_000; i++) {
                assertEquals(1, publisher.publish("news", "message " + i));
            }
            for (int i = 0; i < 1_000; i++) {
                assertEquals("message " + i, heard.poll(20, TimeUnit.SECONDS));
            }
            subscriber.unsubscribe(); // written by this thread while the other one reads

            assertTrue(subscription.result());
            assertEquals("PONG", listening.ping());
        }
    }

    @Test
    void aReplyThatDoesNotComeInTimeIsAnException() {
        try (Jedis jedis = new Jedis(sockets(50)); Jedis other = new Jedis(sockets(0))) {
            other.clientPause(60_000, ClientPauseMode.WRITE);
            JedisConnectionException failure = assertThrows(JedisConnectionException.class, () -> jedis.incr("paused"));
            other.clientUnpause();

            assertInstanceOf(SocketTimeoutException.class, failure.getCause());
        }
    }

    /** Jedis takes the timeout away while the server is to wait, and sets it again. */
    @Test
    void aCommandThatWaitsMayTakeLongerThanTheTimeoutOfOthers() {
        DefaultJedisClientConfig config = DefaultJedisClientConfig.builder().socketTimeoutMillis(100).blockingSocketTimeoutMillis(0).build();
        try (Jedis jedis = new Jedis(sockets(100), config)) {
            assertNull(jedis.blpop(1, "nothing"));
            assertEquals("PONG", jedis.ping());
            assertEquals(100, jedis.getConnection().getSoTimeout());
        }
    }

    @Test
    void whereNoServerListensTheExceptionNamesTheAddress() {
        UnixSocketFactory factory = new UnixSocketFactory(server.path() + ".none");
        IOException failure = assertThrows(IOException.class, () -> factory.createSocket("localhost", 0));

        assertTrue(failure.getMessage().startsWith("connect(" + server.path() + ".none): "), failure::toString);
    }

    @Test
    void sixteenThreadsShareAPool() throws Exception {
        ConnectionFactory connections = new ConnectionFactory(sockets(20_000), DefaultJedisClientConfig.builder().build());
        try (RedisClient client = RedisClient.builder().connectionProvider(new PooledConnectionProvider(connections)).build()) {
            client.del("shared");
            List<BackgroundCall<Long>> threads = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                threads.add(BackgroundCall.start(() -> {
                    for (int call = 0; call < 100; call++) {
                        client.incr("shared");
                    }
                    return 100L;
                }));
            }
            for (BackgroundCall<Long> thread : threads) {
                thread.result();
            }
            assertEquals("1600", client.get("shared"));
        }
    }
}
