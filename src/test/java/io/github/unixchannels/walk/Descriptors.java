// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import io.github.unixchannels.AncillaryData;
import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import io.github.unixchannels.walk.Figures.Figure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

/** Descriptors that travel with messages, and what is done with them by who owns them. */
final class Descriptors {

    private static final int MOST_OWNED = 20;

    private Descriptors() {}

    /** Adds a few files in memory, or none, to what the walker sends next into a flow. Returns how many descriptors there are. */
    static int add(Walker walker, Flow flow) throws IOException {
        int count = switch (walker.random.nextInt(40)) {
            case 0 -> AncillaryData.MAX_DESCRIPTORS;
            case 1, 2, 3, 4, 5 -> walker.random.nextInt(1, 4);
            default -> 0;
        };
        if (count == 0) {
            return 0;
        }
        long id = OwnedMemory.nextId();
        OwnedFd fd = own(walker, OwnedMemory.open(id));
        walker.lent = fd;
        walker.lentId = id;
        for (int i = 0; i < count; i++) {
            walker.sent.descriptor(fd);
        }
        walker.world.sentMemories.put(id, new SentMemory(flow, count));
        return count;
    }

    private static OwnedFd own(Walker walker, int number) throws IOException {
        try {
            return walker.world.provider.adopt(number);
        } catch (Throwable e) {
            HostSyscalls.get().close(number);
            throw e;
        }
    }

    /** The send has returned. */
    static void sent(Walker walker, int count, boolean sent) {
        if (count > 0 && sent) {
            walker.world.figures.add(Figure.DESCRIPTORS_SENT, count);
        } else if (count > 0) {
            walker.world.sentMemories.remove(walker.lentId);
        }
    }

    /** The send is over, however it ended: nothing is to be sent any more. */
    static void drop(Walker walker) {
        walker.sent.clear();
        if (walker.lent != null) {
            walker.lent.close();
            walker.lent = null;
        }
    }

    /** Takes what came with a message of a flow, or leaves some of it to be closed. Returns how many came. */
    static int take(Walker walker, Flow flow) {
        AncillaryData received = walker.received;
        int count = received.descriptorCount();
        walker.world.figures.add(Figure.DESCRIPTORS_RECEIVED, count);
        int taken = 0;
        while (received.descriptorCount() > 0 && taken < 4) {
            OwnedFd fd = received.takeDescriptor();
            taken++;
            if (!HandOver.receive(walker.world, fd)) {
                received(walker, flow, fd);
            }
        }
        return count;
    }

    private static void received(Walker walker, Flow flow, OwnedFd fd) {
        World world = walker.world;
        try {
            long id = OwnedMemory.idOf(fd.number());
            SentMemory expected = world.sentMemories.get(id);
            if (expected == null || expected.flow() != flow) {
                world.verdict.broken(walker + ": " + fd + " came with " + flow + ", its content is " + id + ", sent with " + expected);
            }
            if (world.memories.size() < MOST_OWNED) {
                world.memories.add(new OwnedMemory(fd, id));
                return;
            }
        } catch (IOException e) {
            world.verdict.broken(walker + ": a descriptor that was received is not open", e);
        }
        fd.close();
    }

    /** Where a file in memory was sent, and how many descriptors of it. */
    record SentMemory(Flow flow, int count) {}

    /** Does something with a file that the walk owns. Nobody else has it meanwhile. */
    static void use(Walker walker) {
        World world = walker.world;
        OwnedMemory memory = world.memories.poll();
        walker.doing = "use of an owned descriptor";
        try {
            if (memory == null) {
                long id = OwnedMemory.nextId();
                world.memories.add(new OwnedMemory(own(walker, OwnedMemory.open(id)), id));
                return;
            }
            requireRight(walker, memory);
            for (OwnedMemory result : change(walker, memory)) {
                requireRight(walker, result);
                world.memories.add(result);
            }
        } catch (IOException | OutOfMemoryError | StackOverflowError e) {
            Outcome.judgeOpening(walker, e);
            if (memory != null) {
                memory.fd().close();
            }
        }
    }

    private static void requireRight(Walker walker, OwnedMemory memory) throws IOException {
        if (!memory.isRight()) {
            walker.world.verdict.broken(walker + ": " + memory.fd() + " is not the file " + memory.id() + " but "
                    + OwnedMemory.idOf(memory.fd().number()));
        }
    }

    private static List<OwnedMemory> change(Walker walker, OwnedMemory memory) throws IOException {
        List<OwnedMemory> owned = new ArrayList<>();
        OwnedFd fd = memory.fd();
        switch (walker.random.nextInt(7)) {
            case 0 -> {
                owned.add(memory);
                owned.add(new OwnedMemory(fd.duplicate(), memory.id()));
            }
            case 1 -> {
                fd.close();
                fd.close();
                if (fd.isOpen()) {
                    walker.world.verdict.broken(walker + ": open after its close: " + fd);
                }
            }
            case 2 -> owned.add(new OwnedMemory(own(walker, fd.detach()), memory.id()));
            case 3 -> {
                adoptTwice(walker, fd);
                owned.add(memory);
            }
            case 4 -> throughAChannel(walker, memory, owned);
            default -> owned.add(memory);
        }
        return owned;
    }

    private static void adoptTwice(Walker walker, OwnedFd fd) throws IOException {
        try {
            walker.world.provider.adopt(fd.number());
            walker.world.verdict.broken(walker + ": adopted although it has an owner: " + fd);
        } catch (IllegalStateException e) {
            // as it must be
        }
    }

    private static void throughAChannel(Walker walker, OwnedMemory memory, List<OwnedMemory> owned) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
        try (FileChannel channel = memory.fd().toFileChannel()) {
            channel.read(content, 0);
            if (content.getLong(0) != memory.id()) {
                walker.world.verdict.broken(walker + ": the file of " + channel + " has another content");
            }
            owned.add(new OwnedMemory(walker.world.provider.duplicateOf(channel), memory.id()));
        } catch (ClosedByInterruptException e) {
            if (!walker.wasInterrupted()) {
                walker.world.verdict.broken(walker + ": not interrupted", e);
            }
        }
    }
}
