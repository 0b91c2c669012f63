// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys.jnr;

import io.github.unixchannels.UnixProtocolFamily;
import io.github.unixchannels.UnixSocketChannel;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/** A process that opens its first channel where that is made difficult, and then another. It prints what comes of either. */
final class FirstUseProcess {

    private FirstUseProcess() {}

    public static void main(String[] arguments) throws Exception {
        switch (System.getProperty("subject", "twice")) {
            case "interrupted before" -> interruptedBefore();
            case "interrupted meanwhile" -> interruptedMeanwhile();
            case "few descriptors" -> withFewDescriptors();
            default -> System.out.println(attempt());
        }
        System.out.println(attempt());
        boolean loaded = Files.lines(Path.of("/proc/self/maps")).anyMatch(line -> line.contains("jffi"));
        System.out.println("jffi is " + (loaded ? "" : "not ") + "loaded");
    }

    private static String attempt() {
        try {
            UnixSocketChannel.pair(UnixProtocolFamily.SEQPACKET).close();
            return "opened";
        } catch (Throwable e) {
            return e.getClass().getName() + ": " + e.getMessage();
        }
    }

    private static void interruptedBefore() {
        Thread.currentThread().interrupt();
        System.out.println(attempt() + " interrupted=" + Thread.interrupted());
    }

    /** An interrupt at every moment, until the channel is there. */
    private static void interruptedMeanwhile() throws InterruptedException {
        String[] result = {null};
        Thread first = new Thread(() -> result[0] = attempt() + " interrupted=" + Thread.currentThread().isInterrupted());
        first.start();
        while (first.isAlive()) {
            first.interrupt();
            Thread.onSpinWait();
        }
        System.out.println(result[0]);
    }

    /** Leaves as many free as the JVM needs for one class after the other. */
    private static void withFewDescriptors() throws IOException {
        int free = 5;
        Deque<FileInputStream> opened = new ArrayDeque<>();
        try {
            for (;;) {
                opened.add(new FileInputStream("/dev/null"));
            }
        } catch (IOException e) { // that was the last
            for (int i = 0; i < free; i++) {
                opened.remove().close();
            }
        }
        System.out.println(attempt());
        for (FileInputStream each : opened) {
            each.close();
        }
    }
}
