// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.echo;

import io.github.unixchannels.bench.frame.CPrograms;
import io.github.unixchannels.bench.frame.Column;
import io.github.unixchannels.bench.frame.Sample;
import io.github.unixchannels.bench.frame.Sampler;
import io.github.unixchannels.bench.frame.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Round trips between a server and the client, each in a fresh process.
 *
 * @param server how the server of a path is started
 * @param type of the socket: {@code stream} or {@code seqpacket}
 * @param connections of which each has one message under way
 */
record EchoRun(Function<Path, List<String>> server, String type, int connections, CPrograms programs, Settings settings)
        implements Sampler {

    /** A server is warm when its compiler takes at most this part of the time, or has had so many parts of the warm-up. */
    private static final double AT_REST = 0.05;
    private static final int MOST_PARTS = 8;

    static final Column PER_SECOND = new Column("Round trips/s", "%.0f");
    static final Column MEDIAN = new Column("p50, µs", "%.1f");
    static final Column P99 = new Column("p99, µs", "%.1f");
    static final Column P999 = new Column("p99.9, µs", "%.1f");
    static final Column CPU = new Column("CPU, ns", "%.0f");

    @Override
    public Sample take() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("echo");
        directory.toFile().deleteOnExit(); // should this process be told to end
        Path path = directory.resolve("socket");
        path.toFile().deleteOnExit();
        try (ServerProcess running = ServerProcess.start(server.apply(path));
                ClientProcess client = ClientProcess.start(client(running.pid(), path))) {
            warmUp(client, running);
            ServerProcess.Usage before = running.usage();
            client.goOn();
            client.awaitPause();
            ServerProcess.Usage after = running.usage();
            client.goOn();
            return sample(client.roundTrips(), before, after);
        } finally {
            Files.deleteIfExists(path);
            Files.delete(directory);
        }
    }

    private void warmUp(ClientProcess client, ServerProcess running) throws IOException {
        client.awaitPause();
        double before = 0;
        double now = running.usage().otherNanos();
        for (int parts = 1; parts < MOST_PARTS && now - before > AT_REST * partMillis() * 1e6; parts++) {
            client.warmUpAgain();
            client.awaitPause();
            before = now;
            now = running.usage().otherNanos();
        }
        client.goOn();
        client.awaitPause();
    }

    /** The client warms up in parts. */
    private int partMillis() {
        return settings.warmupMillis() / 2;
    }

    private List<String> client(long server, Path path) {
        String place = connections == 1 ? "together" : "apart";
        return programs.command("echo_client", server, place, type, path, connections, EchoServer.BYTES,
                partMillis(), settings.millis());
    }

    private static Sample sample(ClientProcess.RoundTrips trips, ServerProcess.Usage before, ServerProcess.Usage after) {
        double count = trips.count();
        return new Sample(trips.nanos() / count, Map.of(
                PER_SECOND, count / trips.nanos() * 1e9,
                MEDIAN, trips.micros(50),
                P99, trips.micros(99),
                P999, trips.micros(99.9),
                Column.BYTES, (after.bytes() - before.bytes()) / count,
                CPU, (after.cpuNanos() - before.cpuNanos()) / count));
    }
}
