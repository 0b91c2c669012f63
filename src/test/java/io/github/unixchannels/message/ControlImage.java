// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.message;

import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.layout.CmsghdrLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Control messages as bytes, one behind the other, together with what there is to be found in them and where each ends. */
final class ControlImage {

    private static final int CAPACITY = 8 << 10;
    private static final int UNKNOWN_TYPE = 77;

    final ByteBuffer bytes = ByteBuffer.allocate(CAPACITY).order(ByteOrder.nativeOrder());

    /** Of each message: where its header begins, and where its data ends, without the padding. */
    final List<Integer> starts = new ArrayList<>();

    final List<Integer> ends = new ArrayList<>();

    /** Of each message: what is found. */
    final List<List<String>> found = new ArrayList<>();

    private int length;

    int length() {
        return length;
    }

    /** What is found in the first {@code count} messages. */
    List<String> firstFound(int count) {
        return found.subList(0, count).stream().flatMap(List::stream).toList();
    }

    ControlImage add(int level, int type, byte[] data, List<String> expected) {
        starts.add(length);
        ends.add(length + CmsghdrLayout.length(data.length));
        found.add(expected);
        bytes.putLong(length + CmsghdrLayout.LENGTH, CmsghdrLayout.length(data.length));
        bytes.putInt(length + CmsghdrLayout.LEVEL, level);
        bytes.putInt(length + CmsghdrLayout.TYPE, type);
        bytes.put(length + CmsghdrLayout.DATA, data);
        length += CmsghdrLayout.space(data.length);
        return this;
    }

    ControlImage rights(int... fds) {
        ByteBuffer data = data(fds.length * Integer.BYTES);
        List<String> expected = new ArrayList<>();
        for (int fd : fds) {
            data.putInt(fd);
            expected.add("fd " + fd);
        }
        return add(Linux.SOL_SOCKET, Linux.SCM_RIGHTS, data.array(), expected);
    }

    ControlImage pidfd(int fd) {
        return add(Linux.SOL_SOCKET, Linux.SCM_PIDFD, data(4).putInt(fd).array(), List.of("pidfd " + fd));
    }

    ControlImage credentials(int pid, int uid, int gid) {
        return add(Linux.SOL_SOCKET, Linux.SCM_CREDENTIALS, data(12).putInt(pid).putInt(uid).putInt(gid).array(),
                List.of("credentials " + pid + " " + uid + " " + gid));
    }

    ControlImage timestamp(long seconds, long microseconds) {
        return add(Linux.SOL_SOCKET, Linux.SCM_TIMESTAMP, data(16).putLong(seconds).putLong(microseconds).array(),
                List.of("time " + seconds + " " + microseconds));
    }

    /** With the NUL that the kernel puts behind it. */
    ControlImage label(String text) {
        return add(Linux.SOL_SOCKET, Linux.SCM_SECURITY, (text + "\0").getBytes(StandardCharsets.US_ASCII), List.of("label " + text));
    }

    /** Some messages of all types, and of types that nobody knows. */
    static ControlImage random(SplittableRandom random) {
        ControlImage image = new ControlImage();
        int count = random.nextInt(1, 7);
        for (int i = 0; i < count; i++) {
            switch (random.nextInt(7)) {
                case 0 -> image.rights(random.ints(random.nextInt(1, 254)).toArray());
                case 1 -> image.pidfd(random.nextInt());
                case 2 -> image.credentials(random.nextInt(), random.nextInt(), random.nextInt());
                case 3 -> image.timestamp(random.nextLong(), random.nextLong());
                case 4 -> image.label("x".repeat(random.nextInt(40)));
                case 5 -> image.add(Linux.SOL_SOCKET, UNKNOWN_TYPE, bytes(random), List.of());
                default -> image.add(Linux.SOL_SOCKET + 1, Linux.SCM_RIGHTS, bytes(random), List.of());
            }
        }
        return image;
    }

    private static byte[] bytes(SplittableRandom random) {
        byte[] bytes = new byte[random.nextInt(60)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static ByteBuffer data(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
    }

    /** What the reader finds in the first bytes of a buffer, which end at its limit: to look at one more is an exception. */
    static List<String> read(ByteBuffer buffer, int lengthBytes) {
        List<String> found = new ArrayList<>();
        ControlReader.read(buffer.duplicate().order(ByteOrder.nativeOrder()).clear().limit(lengthBytes), lengthBytes, new Log(found));
        return found;
    }

    private record Log(List<String> found) implements ControlReader.Sink {

        @Override
        public void descriptor(int fd) {
            found.add("fd " + fd);
        }

        @Override
        public void pidfd(int fd) {
            found.add("pidfd " + fd);
        }

        @Override
        public void credentials(int pid, int uid, int gid) {
            found.add("credentials " + pid + " " + uid + " " + gid);
        }

        @Override
        public void timestamp(long seconds, long microseconds) {
            found.add("time " + seconds + " " + microseconds);
        }

        @Override
        public void label(ByteBuffer control, int offset, int lengthBytes) {
            byte[] bytes = new byte[lengthBytes];
            control.get(offset, bytes);
            found.add("label " + new String(bytes, StandardCharsets.US_ASCII));
        }
    }
}
