// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.support.MessageEnds;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.OpenDescriptors;
import io.github.unixchannels.support.RawDescriptor;
import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Syscalls;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Very many messages with descriptors of which some are taken and others are not, while system calls fail now and then: at the end this
 * process has exactly the descriptors open that it began with. With {@code -Dsoak=true}, 100,000 messages.
 */
@ExtendWith(NothingLeaks.class)
class DescriptorSoakTest {

    private static final boolean SOAK = Boolean.getBoolean("soak");
    private static final int MESSAGES = SOAK ? 100_000 : 3_000;
    private static final int MOST_HELD = 200;
    private static final int CHECK_EVERY = 1_000;
    private static final int[] ERRORS = {Errno.ENOMEM, Errno.ENOBUFS, Errno.EPERM, Errno.EINTR};

    private final SplittableRandom random = new SplittableRandom(Long.getLong("soak.seed", 20_261_122));
    private final Syscalls sys = (Syscalls) Proxy.newProxyInstance(
            Syscalls.class.getClassLoader(), new Class<?>[] {Syscalls.class}, (proxy, method, arguments) -> call(method, arguments));
    private final UnixSelectorProvider provider = new UnixSelectorProvider(() -> sys);
    private final Deque<OwnedFd> held = new ArrayDeque<>();
    private final ByteBuffer[] buffers = {ByteBuffer.allocate(100), ByteBuffer.allocateDirect(8 << 10)};
    private long descriptors;
    private long taken;
    private long failures;

    @Test
    void afterVeryManyMessagesExactlyAsManyDescriptorsAreOpenAsBefore() throws IOException {
        int before = OpenDescriptors.count();
        MessageEnds[] pairs = new MessageEnds[UnixProtocolFamily.values().length];
        for (int i = 0; i < pairs.length; i++) {
            pairs[i] = MessageEnds.open(provider, UnixProtocolFamily.values()[i]);
        }
        try (OwnedFd fd = RawDescriptor.eventfd();
                AncillaryData sent = provider.createAncillaryData();
                AncillaryData received = provider.createAncillaryData()) {
            int open = OpenDescriptors.count();
            for (int i = 1; i <= MESSAGES; i++) {
                exchange(pairs[random.nextInt(pairs.length)], fd, sent, received);
                if (i % CHECK_EVERY == 0) {
                    assertEquals(open + held.size() + received.descriptorCount(), OpenDescriptors.count(), "after " + i);
                }
            }
        } finally {
            held.forEach(OwnedFd::close);
            for (MessageEnds pair : pairs) {
                pair.close();
            }
        }
        if (SOAK) {
            System.out.println(MESSAGES + " messages, " + descriptors + " descriptors, " + taken + " taken, " + failures
                    + " failed calls, open before=" + before + " after=" + OpenDescriptors.count());
        }
        assertEquals(before, OpenDescriptors.count());
        assertTrue(taken > 0 && taken < descriptors && failures > 0, "both happened");
    }

    private void exchange(MessageEnds ends, OwnedFd fd, AncillaryData sent, AncillaryData received) throws IOException {
        int count = random.nextInt(1, AncillaryData.MAX_DESCRIPTORS + 1);
        ByteBuffer src = buffers[random.nextInt(2)].clear();
        src.limit(random.nextInt(1, src.capacity() + 1));
        int size = src.remaining();
        while (src.hasRemaining()) {
            try {
                for (int i = 0; i < count; i++) {
                    sent.descriptor(fd);
                }
                ends.first().send(src, sent);
            } catch (IOException injected) {
                failures++;
            }
        }
        descriptors += count;
        if (random.nextInt(10) == 0) {
            assertEquals(size, ends.second().read(buffers[1].clear()));
            return;
        }
        receive(ends, received);
        assertEquals(count, received.descriptorCount());
        take(received);
        switch (random.nextInt(20)) {
            case 0 -> received.clear();
            case 1 -> received.close();
            default -> {}
        }
    }

    private void receive(MessageEnds ends, AncillaryData received) throws IOException {
        for (;;) {
            try {
                ends.second().receive(buffers[1].clear(), received);
                return;
            } catch (IOException injected) {
                failures++;
            }
        }
    }

    private void take(AncillaryData received) {
        for (int take = random.nextInt(3) == 0 ? random.nextInt(received.descriptorCount() + 1) : 0; take > 0; take--) {
            held.add(received.takeDescriptor());
            taken++;
            if (held.size() > MOST_HELD) {
                held.remove().close();
            }
        }
    }

    /** The real system calls; some of those that matter here fail. Not FaultySyscalls, which remembers every call. */
    private Object call(Method method, Object[] arguments) throws Throwable {
        boolean fails = random.nextInt(20) == 0;
        if (fails && (method.getName().equals("sendmsg") || method.getName().equals("recvmsg"))) {
            return (long) -ERRORS[random.nextInt(ERRORS.length)];
        }
        try {
            Object result = method.invoke(HostSyscalls.get(), arguments);
            return fails && method.getName().equals("close") ? -Errno.EIO : result; // whatever it returns, the number is free
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
