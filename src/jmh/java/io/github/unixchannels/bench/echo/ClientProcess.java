// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.echo;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.HdrHistogram.Histogram;

/** The client, echo_client.c, in its process. */
final class ClientProcess implements AutoCloseable {

    private static final int SIGNIFICANT_DIGITS = 3;

    private final Process process;
    private final DataInputStream output;
    private final OutputStream input;

    /**
     * What was measured.
     *
     * @param nanos how long
     * @param latencies of each round trip, in nanoseconds
     */
    record RoundTrips(long nanos, Histogram latencies) {

        long count() {
            return latencies.getTotalCount();
        }

        double micros(double percentile) {
            return latencies.getValueAtPercentile(percentile) / 1e3;
        }
    }

    private ClientProcess(Process process) {
        this.process = process;
        this.output = new DataInputStream(process.getInputStream());
        this.input = process.getOutputStream();
    }

    static ClientProcess start(List<String> command) throws IOException {
        return new ClientProcess(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    /** Waits until it has nothing under way, having warmed up or measured. Then it waits for what to do next. */
    void awaitPause() throws IOException {
        output.readByte();
    }

    void warmUpAgain() throws IOException {
        tell('w');
    }

    void goOn() throws IOException {
        tell('g');
    }

    private void tell(char what) throws IOException {
        input.write(what);
        input.flush();
    }

    /** What it measured, after the last pause. */
    RoundTrips roundTrips() throws IOException {
        ByteBuffer figures = ByteBuffer.wrap(output.readAllBytes()).order(ByteOrder.nativeOrder());
        long nanos = figures.getLong();
        Histogram latencies = new Histogram(SIGNIFICANT_DIGITS);
        while (figures.hasRemaining()) {
            latencies.recordValue(Integer.toUnsignedLong(figures.getInt()));
        }
        return new RoundTrips(nanos, latencies);
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }
}
