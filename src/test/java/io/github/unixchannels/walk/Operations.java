// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What a walker does in one step, and how often. */
final class Operations {

    /** One step. It throws nothing: what an operation threw was judged. */
    @FunctionalInterface
    interface Operation {
        void run(Walker walker);
    }

    private static final List<Operation> ALL = new ArrayList<>();

    static {
        add(22, ByteTransfers::write);
        add(26, ByteTransfers::read);
        add(22, MessageTransfers::send);
        add(30, MessageTransfers::receive);
        add(6, BatchTransfers::send);
        add(10, BatchTransfers::receive);
        add(6, Connections::connect);
        add(8, Connections::accept);
        add(4, Connections::finish);
        add(8, Selections::register);
        add(6, Selections::interest);
        add(3, Selections::cancel);
        add(3, Selections::wakeup);
        add(10, Selections::select);
        add(1, Selections::replace);
        add(6, Descriptors::use);
        add(4, HandOver::begin);
        add(12, MovedBuffers::use);
        add(4, Links::open);
        add(4, Lives::close);
        add(2, Lives::shutdown);
        add(4, Lives::configureBlocking);
        add(2, Lives::interrupt);
    }

    private Operations() {}

    private static void add(int weight, Operation operation) {
        for (int i = 0; i < weight; i++) {
            ALL.add(operation);
        }
    }

    static Operation pick(SplittableRandom random) {
        return ALL.get(random.nextInt(ALL.size()));
    }
}
