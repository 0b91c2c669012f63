// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Error numbers as exceptions and as text. */
class ErrnoExceptionsTest {

    private static final Map<Integer, Class<?>> OF_SOCKETS = Map.of(
            Errno.ECONNREFUSED, ConnectException.class,
            Errno.ETIMEDOUT, ConnectException.class,
            Errno.ENOTCONN, ConnectException.class,
            Errno.EHOSTUNREACH, NoRouteToHostException.class,
            Errno.EADDRINUSE, BindException.class,
            Errno.EADDRNOTAVAIL, BindException.class,
            Errno.EACCES, BindException.class);

    @Test
    void theMessageSaysWhatWasTriedOnWhatAndWhyItFailed() {
        String expected = "connect(@name): Connection refused (ECONNREFUSED)";
        assertEquals(expected, ErrnoExceptions.socket("connect", "@name", -Errno.ECONNREFUSED).getMessage());
        assertEquals(expected, ErrnoExceptions.connect("@name", -Errno.ECONNREFUSED).getMessage());
        assertEquals(
                "connect(@name): Protocol error (EPROTO)", ErrnoExceptions.connect("@name", -Errno.EPROTO).getMessage());
        assertEquals("write(fd=7): Broken pipe (EPIPE)", ErrnoExceptions.io("write", "fd=7", -Errno.EPIPE).getMessage());
        assertEquals("read(null): Unknown error (errno 4000)", ErrnoExceptions.io("read", null, -4000).getMessage());
    }

    @Test
    void aFailedCallOnASocketIsTheMostSpecificSocketException() throws IllegalAccessException {
        for (int errno : numbers().values()) {
            Class<?> expected = OF_SOCKETS.getOrDefault(errno, SocketException.class);
            assertSame(expected, ErrnoExceptions.socket("bind", "x", -errno).getClass(), Errno.describe(errno));
        }
    }

    @Test
    void aProtocolErrorOfConnectIsAProtocolException() throws IllegalAccessException {
        for (int errno : numbers().values()) {
            Class<?> expected = errno == Errno.EPROTO
                    ? ProtocolException.class
                    : OF_SOCKETS.getOrDefault(errno, SocketException.class);
            assertSame(expected, ErrnoExceptions.connect("x", -errno).getClass(), Errno.describe(errno));
        }
    }

    @Test
    void aFailedTransferIsAPlainIOExceptionUnlessTheConnectionWasReset() throws IllegalAccessException {
        for (int errno : numbers().values()) {
            Class<?> expected = errno == Errno.ECONNRESET ? SocketException.class : IOException.class;
            assertSame(expected, ErrnoExceptions.io("read", "x", -errno).getClass(), Errno.describe(errno));
        }
    }

    @Test
    void everyNumberHasATextThatEndsWithItsOwnName() throws IllegalAccessException {
        Set<String> texts = new HashSet<>();
        Map<String, Integer> numbers = numbers();
        for (Map.Entry<String, Integer> number : numbers.entrySet()) {
            String text = Errno.describe(number.getValue());
            assertEquals("(" + number.getKey() + ")", text.substring(text.indexOf('(')));
            texts.add(text);
        }
        assertEquals(numbers.size(), texts.size());
        assertEquals(numbers.size(), new HashSet<>(numbers.values()).size());
    }

    private static Map<String, Integer> numbers() throws IllegalAccessException {
        Map<String, Integer> numbers = new HashMap<>();
        for (Field field : Errno.class.getFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.getType() == int.class) {
                numbers.put(field.getName(), field.getInt(null));
            }
        }
        assertNotNull(numbers.get("ECONNREFUSED"));
        return numbers;
    }
}
