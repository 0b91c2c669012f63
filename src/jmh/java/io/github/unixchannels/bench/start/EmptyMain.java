// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.start;

/** A process that sends nothing: what the JVM takes by itself. */
final class EmptyMain {

    private EmptyMain() {}

    public static void main(String[] arguments) {
        long began = System.nanoTime();
        System.out.println(System.nanoTime() - began);
    }
}
