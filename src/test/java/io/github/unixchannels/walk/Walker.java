// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import io.github.unixchannels.AncillaryData;
import io.github.unixchannels.MessageBatch;
import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.support.VirtualThreadStarter;
import io.github.unixchannels.walk.Figures.Figure;
import java.util.SplittableRandom;

/** One thread of a walk, which does one random operation after another. */
final class Walker implements Runnable {

    private static final ThreadLocal<Walker> CURRENT = new ThreadLocal<>();

    /** How many slots a batch has, and how long their messages are at most. */
    private static final int BATCH_SLOTS = 5;
    static final int BATCH_BYTES = 4 << 10;

    final World world;

    /** Its lane in every flow. */
    final int number;
    final SplittableRandom random;

    /** For the faults of its system calls, so that how many there are does not change what it does. */
    final SplittableRandom faultRandom;
    final WalkBuffers buffers;
    final AncillaryData sent;
    final AncillaryData received;
    final MessageBatch batch;
    private final Thread thread;

    /** The file in memory that is being sent; null while none is. */
    OwnedFd lent;
    long lentId;

    /** How many steps it has done. */
    volatile int done;
    volatile boolean ended;

    /** What it is at, for who reads the stacks of a walk that hangs. */
    volatile String doing = "nothing yet";
    private volatile Handle current;

    /** Whether the connection of the channel that it uses was pending when it began. */
    boolean usedPending;

    /** Whether somebody is about to interrupt it, or has, and it has not cleared its status since. Guarded by this, to be read by anybody. */
    private volatile boolean interrupted;

    Walker(World world, int number) {
        this.world = world;
        this.number = number;
        this.random = world.course.random(number);
        this.faultRandom = random.split();
        this.buffers = new WalkBuffers(random.split());
        this.sent = world.provider.ancillaryData();
        this.received = world.provider.ancillaryData();
        this.batch = world.provider.batch(BATCH_SLOTS, BATCH_BYTES);
        this.thread = world.course.virtual() ? VirtualThreadStarter.unstarted(this) : new Thread(this, "walker " + number);
        if (!world.course.virtual()) {
            thread.setDaemon(true);
        }
    }

    /** The walker whose thread calls; null of other threads. */
    static Walker current() {
        return CURRENT.get();
    }

    Thread thread() {
        return thread;
    }

    @Override
    public void run() {
        CURRENT.set(this);
        try {
            while (done < world.course.steps()) {
                Operations.pick(random).run(this);
                world.figures.count(Figure.OPERATIONS);
                done++;
                clearInterrupt();
            }
        } catch (Throwable e) {
            world.verdict.broken("walker " + number + ", in " + doing, e);
        } finally {
            CURRENT.remove();
            clearInterrupt();
            received.close();
            sent.close();
            buffers.release();
            ended = true;
        }
    }

    /** Says which channel it is going to use, which an interrupt may close. */
    void use(Handle handle, String operation) {
        doing = operation;
        usedPending = handle.connecting;
        current = handle;
        if (interrupted) {
            handle.mayClose();
        }
    }

    /** The channel it used last. */
    Handle used() {
        return current;
    }

    /** Interrupts it. */
    synchronized void interrupt() {
        interrupted = true;
        Handle used = current;
        if (used != null) {
            used.mayClose();
        }
        world.figures.count(Figure.INTERRUPTS);
        thread.interrupt();
    }

    boolean wasInterrupted() {
        return interrupted;
    }

    private synchronized void clearInterrupt() {
        if (interrupted && Thread.interrupted()) {
            interrupted = false;
        }
    }

    @Override
    public String toString() {
        return "walker " + number + ", step " + done + ", in " + doing + " on " + current;
    }
}
