// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.clients;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.net.UnixSocketFactory;
import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.NothingLeaks;
import java.io.ByteArrayOutputStream;
import java.io.StringReader;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.copy.CopyManager;
import org.postgresql.util.PSQLState;

/** The JDBC driver of PostgreSQL, which makes its sockets by our factory, and a real server. */
@ExtendWith(NothingLeaks.class)
class PgjdbcTest {

    private static PostgresServer server;

    @BeforeAll
    static void start() throws Exception {
        server = PostgresServer.start();
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    private static Connection connect(String parameters) throws SQLException {
        return connectTo(server.path(), parameters);
    }

    private static Connection connectTo(String address, String parameters) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", PostgresServer.user());
        return DriverManager.getConnection("jdbc:postgresql://localhost/postgres?socketFactory=" + UnixSocketFactory.class.getName()
                + "&socketFactoryArg=" + address + parameters, properties);
    }

    private static String query(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet result = statement.executeQuery(sql)) {
            assertTrue(result.next());
            return result.getString(1);
        }
    }

    @Test
    void aPathAndAnAbstractNameLeadToTheServerWhichSeesWhoConnects() throws Exception {
        for (String address : server.addresses()) {
            try (Connection connection = connectTo(address, "")) {
                assertEquals(PostgresServer.user(), query(connection, "select current_user"));
                assertTrue(connection.isValid(10));
            }
        }
    }

    @Test
    void whereNoServerListensTheExceptionNamesTheAddress() {
        SQLException failure = assertThrows(SQLException.class, () -> connectTo(server.path() + "3", ""));

        assertTrue(failure.getCause().getMessage().startsWith("connect(" + server.path() + "3): "), failure.getCause()::toString);
    }

    @Test
    void rowsGoInAsABatchAndComeOutInPortions() throws Exception {
        try (Connection connection = connect(""); Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("create temporary table numbers (number integer, text text)");
            try (PreparedStatement insert = connection.prepareStatement("insert into numbers values (?, ?)")) {
                for (int i = 0; i < 5_000; i++) {
                    insert.setInt(1, i);
                    insert.setString(2, "number " + i);
                    insert.addBatch();
                }
                assertEquals(5_000, insert.executeBatch().length);
            }
            statement.setFetchSize(100);
            try (ResultSet rows = statement.executeQuery("select * from numbers order by number")) {
                for (int i = 0; i < 5_000; i++) {
                    assertTrue(rows.next());
                    assertEquals(i, rows.getInt(1));
                    assertEquals("number " + i, rows.getString(2));
                }
                assertFalse(rows.next());
            }
            connection.rollback();
        }
    }

    @Test
    void aLargeValueMakesARoundTrip() throws Exception {
        byte[] large = new byte[8 << 20];
        new Random(1).nextBytes(large);
        try (Connection connection = connect(""); PreparedStatement echo = connection.prepareStatement("select ?::bytea")) {
            echo.setBytes(1, large);
            try (ResultSet result = echo.executeQuery()) {
                assertTrue(result.next());
                assertArrayEquals(large, result.getBytes(1));
            }
        }
    }

    @Test
    void copyGoesBothWays() throws Exception {
        String rows = IntStream.range(0, 50_000).mapToObj(i -> i + "\tthe row of number " + i + "\n").collect(Collectors.joining());
        try (Connection connection = connect(""); Statement statement = connection.createStatement()) {
            statement.execute("create temporary table copied (number integer, text text)");
            CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();

            assertEquals(50_000, copy.copyIn("copy copied from stdin", new StringReader(rows)));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            assertEquals(50_000, copy.copyOut("copy copied to stdout", out));
            assertEquals(rows, out.toString(StandardCharsets.UTF_8));
            assertEquals("50000", query(connection, "select count(*) from copied"));
        }
    }

    @Test
    void aQueryIsCancelledFromAnotherThread() throws Exception {
        try (Connection connection = connect(""); Statement statement = connection.createStatement()) {
            String backend = query(connection, "select pg_backend_pid()");
            BackgroundCall<Boolean> query = BackgroundCall.start(() -> statement.execute("select pg_sleep(50)"));
            query.awaitBlocked();
            awaitSleeping(backend);
            statement.cancel();

            SQLException failure = assertInstanceOf(SQLException.class, query.failure());
            assertEquals(PSQLState.QUERY_CANCELED.getState(), failure.getSQLState());
            assertEquals("1", query(connection, "select 1"));
        }
    }

    private static void awaitSleeping(String backend) throws SQLException {
        try (Connection observer = connect("")) {
            String sleeping = "select count(*) from pg_stat_activity where wait_event = 'PgSleep' and pid = " + backend;
            BackgroundCall.soon().until(() -> query(observer, sleeping).equals("1"));
        }
    }

    @Test
    void aQueryTimeoutCancelsTheQuery() throws Exception {
        try (Connection connection = connect(""); Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            SQLException failure = assertThrows(SQLException.class, () -> statement.execute("select pg_sleep(50)"));

            assertEquals(PSQLState.QUERY_CANCELED.getState(), failure.getSQLState());
            assertEquals("1", query(connection, "select 1"));
        }
    }

    @Test
    void socketTimeoutEndsTheConnection() throws Exception {
        try (Connection connection = connect("&socketTimeout=1"); Statement statement = connection.createStatement()) {
            SQLException failure = assertThrows(SQLException.class, () -> statement.execute("select pg_sleep(50)"));

            assertInstanceOf(SocketTimeoutException.class, failure.getCause());
            assertTrue(connection.isClosed());
        }
    }

    @Test
    void aNetworkTimeoutIsOneOfMilliseconds() throws Exception {
        try (Connection connection = connect(""); Statement statement = connection.createStatement()) {
            connection.setNetworkTimeout(Runnable::run, 50);
            assertEquals(50, connection.getNetworkTimeout());
            SQLException failure = assertThrows(SQLException.class, () -> statement.execute("select pg_sleep(50)"));

            assertInstanceOf(SocketTimeoutException.class, failure.getCause());
        }
    }

    @Test
    void abortWakesTheThreadThatWaitsForAResult() throws Exception {
        try (Connection connection = connect(""); Statement statement = connection.createStatement()) {
            String backend = query(connection, "select pg_backend_pid()");
            BackgroundCall<Boolean> query = BackgroundCall.start(() -> statement.execute("select pg_sleep(50)"));
            query.awaitBlocked();
            awaitSleeping(backend);
            connection.abort(Runnable::run);

            assertInstanceOf(SQLException.class, query.failure());
        }
    }

    /** The driver reads with a timeout and goes on after it. */
    @Test
    void aConnectionThatWaitedForNotificationsInVainGoesOn() throws Exception {
        try (Connection listener = connect(""); Connection sender = connect("")) {
            PGConnection notified = listener.unwrap(PGConnection.class);
            query(listener, "select 1");
            try (Statement statement = listener.createStatement()) {
                statement.execute("listen news");
            }
            for (int i = 0; i < 20; i++) {
                assertEquals(0, notified.getNotifications(5).length);
            }
            query(sender, "select pg_notify('news', 'told')");
            PGNotification[] notifications = notified.getNotifications(0);

            assertNotNull(notifications);
            assertEquals("told", notifications[0].getParameter());
            assertEquals("2", query(listener, "select 2"));
        }
    }

    @Test
    void eachOfSixteenThreadsHasAConnection() throws Exception {
        List<BackgroundCall<Integer>> threads = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            threads.add(BackgroundCall.start(() -> {
                try (Connection connection = connect(""); PreparedStatement add = connection.prepareStatement("select ? + 1")) {
                    int number = 0;
                    while (number < 100) {
                        add.setInt(1, number);
                        try (ResultSet sum = add.executeQuery()) {
                            assertTrue(sum.next());
                            number = sum.getInt(1);
                        }
                    }
                    return number;
                }
            }));
        }
        for (BackgroundCall<Integer> thread : threads) {
            assertEquals(100, thread.result());
        }
    }
}
