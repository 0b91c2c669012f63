// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.AncillaryData;
import io.github.unixchannels.PeerCredentials;
import io.github.unixchannels.descriptor.Descriptor;
import io.github.unixchannels.sys.Linux;
import io.github.unixchannels.sys.jnr.HostSyscalls;
import io.github.unixchannels.sys.layout.CmsghdrLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Control messages of whatever bytes are read within their length and to an end; what is well formed is found exactly. */
class ControlReaderTest {

    private static final int IMAGES = 10_000;
    private static final long SEED = 20_261_122;

    private static final long[] LENGTHS = {
        0, 1, 15, 16, 17, 20, -1, -16, Integer.MAX_VALUE, Integer.MAX_VALUE + 1L, 1L << 32, (1L << 32) + 20, Long.MAX_VALUE, Long.MIN_VALUE,
        Long.MIN_VALUE + 20
    };

    private final SplittableRandom random = new SplittableRandom(SEED);

    @Test
    void everyMessageOfAWellFormedImageIsFoundInOrder() {
        for (int i = 0; i < IMAGES; i++) {
            ControlImage image = ControlImage.random(random);
            assertEquals(image.firstFound(image.found.size()), ControlImage.read(image.bytes, image.length()));
        }
    }

    @Test
    void whatIsWrittenIsFound() {
        ByteBuffer control = ByteBuffer.allocate(8 << 10).order(ByteOrder.nativeOrder());
        for (int count = 1; count <= AncillaryData.MAX_DESCRIPTORS; count++) {
            Descriptor[] descriptors = new Descriptor[count];
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int fd = (1 << 20) + random.nextInt(1 << 20); // which no descriptor of this process has
                descriptors[i] = new Descriptor(HostSyscalls.get(), fd);
                expected.add("fd " + fd);
            }
            int length = ControlWriter.descriptors(control, 0, descriptors, count);
            assertEquals(expected, ControlImage.read(control, length));

            length = ControlWriter.credentials(control, length, new PeerCredentials(count, 0xffff_fffeL, 7));
            expected.add("credentials " + count + " -2 7");
            assertEquals(expected, ControlImage.read(control, length));
        }
    }

    @Test
    void anImageThatIsCutAtAnyByteLosesOnlyWhatIsNotThereWhole() {
        for (int i = 0; i < 30; i++) {
            ControlImage image = ControlImage.random(random);
            for (int cut = 0; cut <= image.length(); cut++) {
                int whole = 0;
                while (whole < image.ends.size() && image.ends.get(whole) <= cut) {
                    whole++;
                }
                assertEquals(image.firstFound(whole), ControlImage.read(image.bytes, cut), "cut at " + cut);
            }
        }
    }

    @Test
    void aLengthThatCannotBeEndsTheReadingAndSpoilsNothingBeforeIt() {
        for (int i = 0; i < IMAGES; i++) {
            ControlImage image = ControlImage.random(random);
            int spoiled = random.nextInt(image.starts.size());
            int at = image.starts.get(spoiled);
            int room = image.length() - at;
            long length = random.nextBoolean() ? LENGTHS[random.nextInt(LENGTHS.length)] : room + 1 + random.nextLong(1L << 33);
            image.bytes.putLong(at + CmsghdrLayout.LENGTH, length);

            List<String> found = ControlImage.read(image.bytes, image.length());

            List<String> before = image.firstFound(spoiled);
            assertEquals(before, found.subList(0, before.size()));
            if (length < CmsghdrLayout.DATA || length > room) {
                assertEquals(before, found, "length " + length + " of " + room);
            }
        }
    }

    /** Lengths that overlap the next message or leave a gap before it, and any bytes flipped. */
    @Test
    void anyBytesChangedAreReadWithinTheImageAndToAnEnd() {
        for (int i = 0; i < IMAGES; i++) {
            ControlImage image = ControlImage.random(random);
            int first = image.length();
            for (int changes = random.nextInt(1, 5); changes > 0; changes--) {
                int at = random.nextInt(image.length());
                image.bytes.put(at, (byte) random.nextInt());
                first = Math.min(first, at);
            }
            int untouched = 0;
            while (untouched < image.ends.size() && image.ends.get(untouched) <= first) {
                untouched++;
            }
            List<String> before = image.firstFound(untouched);
            List<String> found = ControlImage.read(image.bytes, image.length());
            assertEquals(before, found.subList(0, before.size()));
            assertTrue(found.size() <= image.length() / Integer.BYTES, "nothing is found twice");
        }
    }

    @Test
    void randomBytesAreReadWithinTheirLengthAndToAnEnd() {
        for (int i = 0; i < 2 * IMAGES; i++) {
            int length = random.nextInt(400);
            ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.nativeOrder());
            random.nextBytes(bytes.array());
            for (int at = 0; random.nextInt(4) > 0 && at + CmsghdrLayout.DATA <= length; ) { // headers that are nearly right
                bytes.putLong(at, random.nextInt(120)).putInt(at + CmsghdrLayout.LEVEL, Linux.SOL_SOCKET);
                bytes.putInt(at + CmsghdrLayout.TYPE, random.nextInt(1, 5));
                at += 8 * random.nextInt(1, 8);
            }
            assertTrue(ControlImage.read(bytes, length).size() <= length / Integer.BYTES);
        }
    }

    @Test
    void whatIsBehindTheLengthIsNotFound() {
        ControlImage image = new ControlImage().timestamp(1, 2);
        int length = image.length();
        image.rights(3, 4).pidfd(5);
        List<String> found = new ArrayList<>();
        ByteBuffer whole = image.bytes;
        found.addAll(ControlImage.read(whole, length));
        assertEquals(List.of("time 1 2"), found);
    }

    @ParameterizedTest
    @CsvSource({"1, 3, 0", "1, 4, 1", "1, 7, 1", "1, 9, 2", "2, 11, 0", "2, 12, 1", "2, 40, 1", "4, 3, 0", "4, 4, 1", "29, 15, 0", "29, 16, 1",
        "1, 0, 0", "2, 0, 0", "4, 0, 0", "29, 0, 0"})
    void dataThatIsShorterThanItsTypeNeedsIsSkippedAndTheNextIsFound(int type, int bytes, int expected) {
        ControlImage image = new ControlImage().add(Linux.SOL_SOCKET, type, new byte[bytes], List.of()).rights(42);

        List<String> found = ControlImage.read(image.bytes, image.length());

        assertEquals(expected + 1, found.size());
        assertEquals("fd 42", found.get(expected));
    }

    @Test
    void aLabelIsReadWithAndWithoutTheNulAtItsEnd() {
        ControlImage image = new ControlImage().label("staff").add(Linux.SOL_SOCKET, Linux.SCM_SECURITY, new byte[] {'a', 'b'}, List.of())
                .label("").add(Linux.SOL_SOCKET, Linux.SCM_SECURITY, new byte[0], List.of());

        assertEquals(List.of("label staff", "label ab", "label ", "label "), ControlImage.read(image.bytes, image.length()));
    }

    @Test
    void descriptorsInSeveralMessagesAreAllFound() {
        ControlImage image = new ControlImage().rights(1, 2, 3).credentials(1, 2, 3).rights(4).rights(5, 6);

        assertEquals(List.of("fd 1", "fd 2", "fd 3", "credentials 1 2 3", "fd 4", "fd 5", "fd 6"),
                ControlImage.read(image.bytes, image.length()));
    }
}
