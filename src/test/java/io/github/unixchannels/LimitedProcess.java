// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.facts.OwnTable;
import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.MessageEnds;
import io.github.unixchannels.support.OpenDescriptors;
import io.github.unixchannels.support.ParkingPollers;
import io.github.unixchannels.support.RawDescriptor;
import io.github.unixchannels.support.VirtualThreadStarter;
import io.github.unixchannels.sys.Linux;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.Callable;

/** A process that may have few descriptors; the test that starts it compares what it prints. */
final class LimitedProcess {

    /** Printed where other threads could change what there is room for. */
    static final String NOT_ALONE = "not alone";

    private static final int SENT = 4;
    private static final int FREE = 2;
    private static final int MANY = 100;
    private static final String[] NEEDED_TO_WAIT =
            {"Waiting", "Waiting$Never", "Backoff", "WaitSignal", "ParkingPoller", "ParkingPoller$Waiter", "Slots"};

    private final MessageEnds ends;
    private final AncillaryData sent = AncillaryData.create();
    private final AncillaryData received = AncillaryData.create();
    private final OwnedFd fd = RawDescriptor.eventfd();
    private final ByteBuffer one = ByteBuffer.allocate(1);

    private LimitedProcess(UnixProtocolFamily family) throws IOException {
        ends = MessageEnds.open(family);
    }

    public static void main(String[] args) throws Exception {
        boolean ofOneThread = Set.of("room", "pidfd").contains(System.getProperty("subject"));
        if (ofOneThread && !OwnTable.make()) {
            print(NOT_ALONE);
            return;
        }
        for (UnixProtocolFamily family : UnixProtocolFamily.values()) {
            LimitedProcess process = new LimitedProcess(family);
            switch (System.getProperty("subject")) {
                case "room" -> process.room();
                case "pidfd" -> process.pidfd();
                case "waiting" -> process.waiting(family);
                default -> process.underway();
            }
            process.ends.close();
        }
    }

    /** Receives more descriptors than there is room for, as whoever waits for them in vain would. */
    private void room() throws IOException {
        exchange(SENT); // loads every class that it takes
        received.clear();
        Deque<OwnedFd> taken = fill(FREE);
        MessageInfo info = exchange(SENT);
        boolean truncated = info.isControlTruncated();
        int count = received.descriptorCount();
        taken.forEach(OwnedFd::close);
        received.clear();
        int open = OpenDescriptors.count();
        print("truncated=" + truncated + " bytes=" + info.length() + " came=" + count + " next="
                + exchange(SENT).isControlTruncated() + " leaked=" + (OpenDescriptors.count() - open - SENT));
    }

    /** Receives a descriptor of the sender's process that there is no room for. */
    private void pidfd() throws IOException {
        boolean known = RawDescriptor.set(ends.second().channel(), Linux.SO_PASSPIDFD, 1);
        exchange(0);
        boolean came = received.takeSenderPidfd() != null;
        Deque<OwnedFd> taken = fill(0);
        boolean truncated = exchange(0).isControlTruncated();
        taken.forEach(OwnedFd::close);
        print("known=" + known + " came=" + came + " truncated=" + truncated + " came=" + (received.takeSenderPidfd() != null));
    }

    /** Waits for the first time when no descriptor is left to wait with, on threads of both kinds. */
    private void waiting(UnixProtocolFamily family) throws Exception {
        for (String name : NEEDED_TO_WAIT) {
            Class.forName(Descriptor.class.getPackageName() + "." + name); // from a folder, which takes a descriptor
        }
        ParkingPollers.leave();
        BackgroundCall<MessageInfo> rehearsed = receiving(false);
        ends.first().write(one.clear());
        rehearsed.result();
        if (VirtualThreadStarter.isAvailable()) {
            ends.first().write(one.clear());
            BackgroundCall.startVirtual(() -> ends.second().receive(ByteBuffer.allocate(1), received)).result();
        }
        AbstractSelectableChannel channel = ends.second().channel();
        OwnedFd.duplicateOf(channel).close(); // it is shared now, and nothing waits in the kernel
        String line = VirtualThreadStarter.isAvailable() ? "received=" + receiveWithoutADescriptor(true) + " " : "";
        line += "received=" + receiveWithoutADescriptor(false) + " accepted=" + (family == UnixProtocolFamily.DGRAM || accept(family));
        Deque<OwnedFd> taken = fill(0);
        BackgroundCall<MessageInfo> closed = receiving(false);
        channel.close();
        line += " ended=" + closed.failure().getClass().getSimpleName();
        taken.forEach(OwnedFd::close);
        print(line);
    }

    private int receiveWithoutADescriptor(boolean virtual) throws Exception {
        Deque<OwnedFd> taken = fill(0);
        try {
            BackgroundCall<MessageInfo> receiving = receiving(virtual);
            ends.first().write(one.clear());
            return receiving.result().length();
        } finally {
            taken.forEach(OwnedFd::close);
        }
    }

    private BackgroundCall<MessageInfo> receiving(boolean virtual) {
        ByteBuffer dst = ByteBuffer.allocate(1);
        Callable<MessageInfo> receive = () -> ends.second().receive(dst, received);
        return (virtual ? BackgroundCall.startVirtual(receive) : BackgroundCall.start(receive)).awaitBlocked();
    }

    private static boolean accept(UnixProtocolFamily family) throws Exception {
        try (UnixServerSocketChannel listener = UnixServerSocketChannel.open(family);
                UnixSocketChannel client = UnixSocketChannel.open(family)) {
            listener.bind(null);
            Deque<OwnedFd> taken = fill(0);
            try {
                BackgroundCall<UnixSocketChannel> accepting = BackgroundCall.start(listener::accept).awaitBlocked();
                taken.pop().close(); // for what is accepted
                taken.pop().close(); // for the wait, should it come first
                client.connect(listener.getLocalAddress());
                try (UnixSocketChannel accepted = accepting.result()) {
                    return accepted.isConnected();
                }
            } finally {
                taken.forEach(OwnedFd::close);
            }
        }
    }

    /** Sends more descriptors than may be underway. */
    private void underway() throws Exception {
        ends.first().channel().configureBlocking(false);
        try (Selector selector = UnixSelectorProvider.provider().openSelector()) {
            SelectionKey key = ends.first().channel().register(selector, SelectionKey.OP_WRITE);
            int count = 0;
            while (send(MANY) == 1) {
                count++;
            }
            int refused = send(MANY);
            selector.select();
            boolean writable = key.isWritable();
            key.cancel();
            selector.selectNow();
            ends.first().channel().configureBlocking(true);
            BackgroundCall<Integer> waiting = BackgroundCall.start(() -> send(MANY)).awaitBlocked();
            int came = 0;
            for (int i = 0; i <= count; i++) {
                ends.second().receive(one.clear(), received);
                came += received.descriptorCount();
            }
            print("refused=" + refused + " writable=" + writable + " sent=" + waiting.result() + " lost=" + ((count + 1) * MANY - came));
        }
        received.clear();
        sent.clear();
    }

    private int send(int count) throws IOException {
        sent.clear();
        for (int i = 0; i < count; i++) {
            sent.descriptor(fd);
        }
        return ends.first().send(ByteBuffer.allocate(1), sent);
    }

    private MessageInfo exchange(int count) throws IOException {
        send(count);
        return ends.second().receive(one.clear(), received);
    }

    /** Opens as many descriptors as there may be, but so many. */
    private static Deque<OwnedFd> fill(int free) {
        Deque<OwnedFd> taken = new ArrayDeque<>();
        try {
            for (;;) {
                taken.push(RawDescriptor.eventfd());
            }
        } catch (IOException full) {
            for (int i = 0; i < free; i++) {
                taken.pop().close();
            }
            return taken;
        }
    }

    private static void print(String line) {
        System.out.println(line);
    }
}
