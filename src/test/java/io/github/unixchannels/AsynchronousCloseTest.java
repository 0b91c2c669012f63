// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.BlockingOperation.Prepared;
import io.github.unixchannels.support.BlockingOperation;
import io.github.unixchannels.support.SocketKind;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A channel is closed while an operation waits, on ours as on the JDK's. */
class AsynchronousCloseTest {

    private static final int REPETITIONS = 100;

    @TempDir
    Path directory;

    static Stream<Arguments> operations() {
        return Stream.of(SocketKind.values())
                .flatMap(source -> Stream.of(BlockingOperation.values())
                        .filter(operation -> source.isOurs() || operation != BlockingOperation.FINISH_CONNECT)
                        .map(operation -> Arguments.of(source, operation)));
    }

    /**
     * Without a connect of the JDK's. A close that comes while the thread is on its way into connect(2) puts another socket behind the
     * descriptor, and that socket waits for room in the backlog too: nothing ends that wait.
     */
    static Stream<Arguments> operationsThatEndAtAnyTime() {
        return operations().filter(each -> !List.of(each.get()).equals(List.of(SocketKind.JDK, BlockingOperation.CONNECT)));
    }

    /** Neither of the two may have happened before the operation waits, so each lands where it does. */
    @ParameterizedTest
    @MethodSource("operationsThatEndAtAnyTime")
    void closeAtAnyTimeEndsAnOperationWithClosedChannelException(SocketKind source, BlockingOperation operation) throws IOException {
        for (int i = 0; i < REPETITIONS; i++) {
            try (Prepared prepared = operation.prepare(source, directory)) {
                BackgroundCall<Object> racing = BackgroundCall.start(prepared.call());
                prepared.channel().close();
                Exception failure = racing.failure();
                assertFalse(failure instanceof ClosedByInterruptException, failure::toString);
                assertTrue(failure instanceof ClosedChannelException, failure::toString);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void closeByAnInterruptedThreadIsStillAnAsynchronousCloseForTheBlockedOne(SocketKind source, BlockingOperation operation)
            throws Exception {
        try (Prepared prepared = operation.prepare(source, directory)) {
            BackgroundCall<Object> blocked = BackgroundCall.start(prepared.call()).awaitBlocked();
            BackgroundCall<Object> closer = BackgroundCall.start(() -> {
                Thread.currentThread().interrupt();
                prepared.channel().close();
                return null;
            });
            closer.result();
            assertThrowsExactly(AsynchronousCloseException.class, blocked::result);
            assertThrowsExactly(ClosedChannelException.class, () -> prepared.channel().configureBlocking(false));
        }
    }
}
