// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.descriptor;

import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Syscalls;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The life of one descriptor: who uses it, and when its number goes back to the kernel.
 *
 * <p>A thread that makes a system call on the descriptor enters first and leaves afterwards. {@link #close} marks the descriptor, wakes
 * the users inside and returns at once. No user enters a closed descriptor, and the last user to leave closes the number. So no system call
 * uses a number that the kernel has given to another open file meanwhile, and close never waits.
 *
 * <p>To enter for {@link #READING} or {@link #WRITING} is also to hold that side alone: a second reader waits until the first has
 * left. One compare-and-set does both, because every read and every write pays for it. A side is not reentrant.
 *
 * <p>A selection key stays inside for as long as it is registered.
 *
 * <p>The number can also be given away instead of closed: {@link #tryEnterAlone}, and then {@link #giveAway}.
 *
 * <h2>How close wakes a user</h2>
 *
 * <p>There are two ways. {@link #wakeUsers} acts on the open file (a socket is shut down), ends every system call, and is felt by all
 * processes that hold the same open file. A {@link #signal} reaches a waiting thread of this descriptor alone, but no thread inside recv(2)
 * or send(2). The state says which way is needed; each step below is one atomic change of the state:
 *
 * <ol>
 *   <li>A user who may wait in the kernel says so as he enters: {@link #enterToWait} sets the side's flag of waiting in the kernel. It does
 *       not on a shared descriptor. {@link #enter} never does; a virtual thread and a non-blocking operation enter by that.
 *   <li>Before each call that may wait the user asks {@link #mayWaitInKernel}. The answer is the flag, and once the descriptor is
 *       shared the flag is taken back and the answer is no for good. A user without the flag makes calls that do not wait, and waits by
 *       {@link Waiting#await} within reach of his signal.
 *   <li>{@link #share} marks the descriptor as shared, for good.
 *   <li>{@link #close} marks the descriptor as closed, for good. If it was not shared, or a flag of waiting in the kernel was set, close
 *       calls {@link #wakeUsers}. It raises both signals in any case.
 *   <li>A user who leaves takes the flag with him.
 * </ol>
 *
 * <p>So the open file of a shared descriptor is touched by close only if a platform thread entered for a blocking operation before the
 * descriptor was shared, and has not looked again since. Such a thread may sit in recv(2) or send(2), where nothing else reaches it.
 */
public class Descriptor {

    /** A side of {@link #enter}: just to be inside. */
    public static final int USING = 0;

    /** A side of {@link #enter}: to be the only reader. */
    public static final int READING = 1;

    /** A side of {@link #enter}: to be the only writer. */
    public static final int WRITING = 1 << 1;

    /** The side that a user leaves who entered by {@link #tryEnterAlone}. */
    public static final int ALONE = 1 << 2;

    /** What {@link #enterWithin} returns if the descriptor is closed, or another had the side all the time: the caller is not inside. */
    static final long IS_CLOSED = -1;

    static final long NO_TURN = -2;

    private static final int CLOSED = 1 << 3;
    private static final int QUEUED = 1 << 4;
    private static final int SHARED = 1 << 5;

    /** By how much a side's flag is shifted to say that the holder of the side may wait in the kernel. */
    private static final int IN_KERNEL = 6;

    private static final int BOTH_SIDES = READING | WRITING;

    private static final int ONE_USER = 1 << 8;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Descriptor.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Syscalls sys;
    private final int fd;

    /**
     * The count of users above the flags. CLOSED is never taken back, and no user is added once it is set. ALONE keeps everybody else
     * from entering; it stays set once the number was given away, and then nobody closes it.
     */
    @SuppressWarnings("unused") // through STATE
    private volatile int state;

    /** Where threads wait for a side. Null until one does: most descriptors never see two that want the same. */
    private volatile Turns turns;

    // Each is made by the holder of its side, when he first waits.
    private volatile WaitSignal readSignal;
    private volatile WaitSignal writeSignal;

    /** Takes over {@code fd}, which is open and belongs to nobody else. */
    public Descriptor(Syscalls sys, int fd) {
        this.sys = sys;
        this.fd = fd;
        OwnedNumbers.take(fd);
    }

    /** The descriptor's number: valid while the caller is inside. */
    public final int fd() {
        return fd;
    }

    public final Syscalls sys() {
        return sys;
    }

    /** Whether {@link #close} has been called, or the number was given away. */
    public final boolean isClosed() {
        return (state & CLOSED) != 0;
    }

    /**
     * Enters, waiting (not interruptibly) while the side is another's, or somebody is inside alone.
     *
     * @param side {@link #USING}, {@link #READING}, {@link #WRITING}, or the last two together
     * @return false if the descriptor is closed: the caller is not inside
     */
    public final boolean enter(int side) {
        return enter(side, 0, Timeout.NONE) >= 0;
    }

    /**
     * As {@link #enter(int)}, for a platform thread in a blocking operation. The thread asks {@link #mayWaitInKernel} before each call that
     * may wait.
     */
    public final boolean enterToWait(int side) {
        return enter(side, inKernel(side), Timeout.NONE) >= 0;
    }

    /**
     * As {@link #enter(int)}, or {@link #enterToWait} if {@code toWait}, and waits for the side no longer than {@code timeoutNanos}.
     *
     * @return how much of the time is left: all of it unless another had the side; {@link #IS_CLOSED}; {@link #NO_TURN}
     */
    final long enterWithin(int side, boolean toWait, long timeoutNanos) {
        return enter(side, toWait ? inKernel(side) : 0, timeoutNanos);
    }

    private int inKernel(int side) {
        return usersWaitInKernel() ? (side & BOTH_SIDES) << IN_KERNEL : 0;
    }

    private long enter(int side, int inKernel, long timeoutNanos) {
        long deadline = Timeout.NONE;
        long left = timeoutNanos;
        for (;;) {
            int s = state;
            if ((s & CLOSED) != 0) {
                return IS_CLOSED;
            }
            if ((s & (side | ALONE)) == 0) {
                if (STATE.compareAndSet(this, s, (s | side | ((s & SHARED) == 0 ? inKernel : 0)) + ONE_USER)) {
                    return left;
                }
            } else if (Timeout.isOver(deadline)) {
                return NO_TURN;
            } else {
                deadline = deadline == Timeout.NONE ? Timeout.deadline(timeoutNanos) : deadline;
                awaitTurn(side | ALONE, deadline);
                left = Timeout.left(deadline);
            }
        }
    }

    /**
     * Whether the caller, who holds the side, may wait in a system call that only {@link #wakeUsers} ends. Once this has returned false it
     * returns false until he leaves.
     *
     * @param side {@link #READING} or {@link #WRITING}
     */
    public final boolean mayWaitInKernel(int side) {
        int s = state;
        int inKernel = side << IN_KERNEL;
        if ((s & inKernel) == 0) {
            return false;
        }
        if ((s & SHARED) == 0) {
            return true;
        }
        STATE.getAndBitwiseAnd(this, ~inKernel);
        waitsInKernelNoMore(side);
        return false;
    }

    /**
     * Enters if no thread is inside. Other threads that want to enter wait until {@link #leave} with {@link #ALONE}, or {@link #giveAway}.
     *
     * @return false if somebody is inside, or the descriptor is closed
     */
    public final boolean tryEnterAlone() {
        int s;
        do {
            s = state;
            if ((s & (CLOSED | ALONE)) != 0 || usersOf(s) != 0) {
                return false;
            }
        } while (!STATE.compareAndSet(this, s, (s | ALONE) + ONE_USER));
        return true;
    }

    /**
     * Ends this descriptor without closing the number, which is the caller's, who is inside alone and inside no more. A {@link #close} that
     * came meanwhile has come too late.
     */
    public final void giveAway() {
        int s;
        do {
            s = state;
        } while (!STATE.compareAndSet(this, s, (s | CLOSED) - ONE_USER));
        if ((s & QUEUED) != 0) {
            callQueued();
        }
    }

    /** As {@link #enter}, but returns false instead of waiting. */
    public final boolean tryEnter(int side) {
        int s;
        do {
            s = state;
            if ((s & (CLOSED | ALONE | side)) != 0) {
                return false;
            }
        } while (!STATE.compareAndSet(this, s, (s | side) + ONE_USER));
        return true;
    }

    /** Leaves; the last one out of a closed descriptor closes the number. */
    public final void leave(int side) {
        int inKernel = state & (side & BOTH_SIDES) << IN_KERNEL; // changed by the holder of the side alone
        int left = ONE_USER + side + inKernel;
        int s = (int) STATE.getAndAdd(this, -left) - left;
        if ((s & QUEUED) != 0) {
            callQueued();
        }
        if (inKernel != 0 && (s & (SHARED | CLOSED)) == SHARED && enter(USING)) {
            waitsInKernelNoMore(side);
            leave(USING);
        }
        if ((s & (CLOSED | ALONE)) == CLOSED && usersOf(s) == 0) {
            OwnedNumbers.release(fd);
            sys.close(fd);
            WaitSignal.close(readSignal);
            WaitSignal.close(writeSignal);
        }
    }

    /**
     * Marks the descriptor closed and wakes those inside. Never waits: on JDK 17 it may run inside {@link Thread#interrupt} with
     * a lock held that the interrupted thread needs before it can leave.
     *
     * @return whether this call closed it
     */
    public final boolean close() {
        int s;
        do {
            s = state;
            if ((s & CLOSED) != 0) {
                return false;
            }
        } while (!STATE.compareAndSet(this, s, (s | CLOSED) + ONE_USER));
        // Inside itself until here, so that the number is still its own when those inside are woken.
        if (usersOf(s) > 0) {
            if ((s & SHARED) == 0 || (s & BOTH_SIDES << IN_KERNEL) != 0) {
                wakeUsers();
            }
            WaitSignal.raise(readSignal);
            WaitSignal.raise(writeSignal);
        }
        leave(USING);
        return true;
    }

    /** Whether {@link #close} would now end what the open file is for, even of a shared descriptor, to wake a thread in the kernel. */
    public final boolean closeEndsOpenFile() {
        return (state & BOTH_SIDES << IN_KERNEL) != 0;
    }

    /**
     * Says that others hold the same open file from now on, in this process or in another. From then on {@link #close} leaves the open
     * file alone, but for a user who may wait in the kernel since before.
     *
     * @return false if the descriptor was closed before it was shared: then the open file is at its end
     */
    public final boolean share() {
        int s;
        do {
            s = state;
            if ((s & (SHARED | CLOSED)) != 0) {
                return (s & SHARED) != 0;
            }
        } while (!STATE.compareAndSet(this, s, s | SHARED));
        waitsInKernelNoMore(BOTH_SIDES & ~(s >> IN_KERNEL));
        return true;
    }

    /** Called once for each side, or for both at once, when the descriptor is shared and no user of that side may wait in the kernel. */
    protected void waitsInKernelNoMore(int sides) {}

    /** Whether others may hold the same open file. */
    public final boolean isShared() {
        return (state & SHARED) != 0;
    }

    /** Whether {@link #wakeUsers} ends the system calls that users wait in. If not, every user waits within reach of a {@link #signal}. */
    protected boolean usersWaitInKernel() {
        return false;
    }

    /**
     * What wakes the holder of a side while he waits.
     *
     * @param side {@link #READING} or {@link #WRITING}; the caller holds it
     */
    final WaitSignal signal(int side) {
        if (side == READING) {
            return readSignal != null ? readSignal : (readSignal = new WaitSignal(sys));
        }
        return writeSignal != null ? writeSignal : (writeSignal = new WaitSignal(sys));
    }

    /** Ends every wait for room to write, now and from now on, but for those in the kernel. The caller is inside. */
    public final void wakeWriter() {
        WaitSignal.raise(writeSignal);
    }

    /** read(2), again after a signal, until the descriptor is closed. Returns as {@link Syscalls#read}. The caller is inside. */
    public final long read(long buffer, long lengthBytes) {
        long n;
        do {
            n = sys.read(fd, buffer, lengthBytes);
        } while (n == -Errno.EINTR && !isClosed());
        return n;
    }

    /** write(2), again after a signal, until the descriptor is closed. Returns as {@link Syscalls#write}. The caller is inside. */
    public final long write(long buffer, long lengthBytes) {
        long n;
        do {
            n = sys.write(fd, buffer, lengthBytes);
        } while (n == -Errno.EINTR && !isClosed());
        return n;
    }

    /** Has this closed once {@code owner}, to which nothing leads from here, is unreachable. */
    public final void closeWhenUnreachable(Object owner) {
        Unreachable.watch(owner, this::close);
    }

    /**
     * Ends every wait of those inside in the kernel, now and from now on, through the open file. Called once, by {@link #close}; must not
     * wait.
     */
    protected void wakeUsers() {}

    private void awaitTurn(int side, long deadline) {
        turns().awaitWhile(() -> isQueuedFor(side), deadline);
    }

    /** Whether the side is another's, of whom QUEUED then asks to call. */
    private boolean isQueuedFor(int side) {
        int s;
        do {
            s = state;
            if ((s & CLOSED) != 0 || (s & side) == 0) {
                return false;
            }
        } while ((s & QUEUED) == 0 && !STATE.compareAndSet(this, s, s | QUEUED));
        return true;
    }

    private synchronized Turns turns() {
        return turns != null ? turns : (turns = new Turns());
    }

    private void callQueued() {
        // Those who find their side taken again set QUEUED anew before they wait. There are turns: QUEUED was set by a thread in them.
        turns.callAll(() -> STATE.getAndBitwiseAnd(this, ~QUEUED));
    }

    private static int usersOf(int state) {
        return state / ONE_USER;
    }

    /** How messages name a descriptor that has no better name. */
    @Override
    public String toString() {
        return "fd=" + fd;
    }
}
