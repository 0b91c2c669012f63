// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import java.util.List;

/**
 * A row of docs/reliability.md.
 *
 * @param text what is promised
 * @param tests the classes of tests that hold it
 */
record Promise(String text, String... tests) {

    static final List<Promise> ALL = List.of(
            new Promise("A message of SEQPACKET or DGRAM arrives once, whole and in the order in which it was sent. Bytes of STREAM arrive in"
                    + " their order.", "WalkTest", "SeqpacketModelTest", "DatagramModelTest", "BatchModelTest"),
            new Promise("What was not sent, because there was no room or a system call failed, does not arrive.", "WalkTest"),
            new Promise("No system call meets a number that was given back, although other threads open files all the time.",
                    "WalkTest", "DescriptorReuseTest"),
            new Promise("A descriptor has one owner: what came with a message is what was sent, and is taken or closed.",
                    "WalkTest", "DescriptorSoakTest", "DescriptorLossTest"),
            new Promise("When all is closed, no descriptor is open that was not before, whichever system call failed.",
                    "WalkTest", "HostilePeerTest", "DescriptorLossTest"),
            new Promise("Nothing hangs: an interrupt, a close and a wake-up end each wait.", "WalkTest", "InterruptTest", "CloseNeverWaitsTest"),
            new Promise("What is readable is selected, by a selector on which any number of threads did anything.",
                    "WalkTest", "SelectorRaceTest", "PlatformRaceTest"),
            new Promise("Nothing is read or written beside a buffer, in each kind of memory, also while other threads move, shorten or close it.",
                    "WalkTest", "MovedBufferTest", "ClosedArenaTest", "ShortenedFileTest"),
            new Promise("A peer that sends without end, never reads, or is killed in the middle of a message costs no more than one message's"
                    + " descriptors, and ends what waits for it.", "HostilePeerTest"),
            new Promise("A failed epoll_ctl(2) loses no wake-up.", "EpollCtlFaultTest"),
            new Promise("A signal during a system call changes nothing.", "InterruptedLookTest", "SystemCallFaultTest"),
            new Promise("With no descriptor or no memory left, an operation waits or throws, and the library goes on.",
                    "DescriptorLimitTest", "AddressSpaceTest", "ResourceExhaustionTest"),
            new Promise("Locks are taken in one order.", "LockOrderTest"),
            new Promise("A steady loop allocates nothing.", "AllocationTest", "SelectorAllocationTest", "BatchAllocationTest"));

    /** How the tests are run. */
    String command() {
        return "./mvnw test -Dtest=" + String.join(",", tests);
    }
}
