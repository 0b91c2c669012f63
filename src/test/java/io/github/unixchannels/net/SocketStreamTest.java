// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.NothingLeaks;
import java.io.OutputStream;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The streams of a socket: full duplex, without garbage, and with an end that is the peer's alone. */
@ExtendWith(NothingLeaks.class)
class SocketStreamTest {

    private static final int MUCH = 1 << 20;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void aWriteWaitsForNoRead(SocketPairKind kind) throws Exception {
        try (SocketPairKind.Pair pair = kind.connect(folder)) {
            BackgroundCall<Integer> reading = BackgroundCall.start(pair.client().getInputStream()::read).awaitBlocked();

            pair.client().getOutputStream().write(65);

            assertEquals(65, pair.accepted().getInputStream().read());
            pair.accepted().getOutputStream().write(90);
            assertEquals(90, reading.result());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReadWaitsForNoWrite(SocketPairKind kind) throws Exception {
        try (SocketPairKind.Pair pair = kind.connect(folder)) {
            OutputStream out = pair.client().getOutputStream();
            byte[] bytes = new byte[1000];
            BackgroundCall<Void> writing = BackgroundCall.start(() -> {
                for (int i = 0; i < 10 * MUCH / bytes.length; i++) {
                    out.write(bytes);
                }
                return null;
            });
            writing.awaitBlocked();

            pair.accepted().getOutputStream().write(90);
            assertEquals(90, pair.client().getInputStream().read());

            pair.accepted().getInputStream().skipNBytes(10 * MUCH / bytes.length * bytes.length);
            writing.result();
        }
    }
}
