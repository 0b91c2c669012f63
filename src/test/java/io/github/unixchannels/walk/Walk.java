// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import io.github.unixchannels.walk.Figures.Figure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One walk. What a walker chooses follows from the seed; how the threads meet does not, so a seed that fails may have to be walked more
 * than once to fail again.
 */
final class Walk {

    private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    /** After so many looks without progress all is closed, which must release everybody. */
    private static final int PATIENCE_LOOKS = 2_000;

    /** Only a walk that hangs takes as long. */
    private static final long HUNG_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Course course;
    private final World world;
    private final Figures figures;

    Walk(long seed, Figures figures) {
        this.course = Course.of(seed);
        this.figures = figures;
        this.world = new World(course, figures);
    }

    /**
     * Takes the walk.
     *
     * @throws AssertionError if a rule was broken; it tells how to take the same walk
     */
    void run() throws Exception {
        List<String> before = OpenFiles.list();
        Links.openFirst(world, course.random(-1));
        world.moved = new MovedBuffers(world, course.random(-2));
        for (int i = 0; i < course.walkers(); i++) {
            world.walkers.add(new Walker(world, i));
        }
        Recycler recycler = new Recycler(world);
        recycler.start();
        for (Walker walker : world.walkers) {
            walker.thread().start();
        }
        boolean ended = awaitWalkers();
        recycler.end();
        if (ended) {
            world.faults.end();
            new Drain(world).run();
        }
        world.closeAll();
        figures.count(Figure.WALKS);
        if (ended) {
            requireNothingOpen(before);
        }
        world.verdict.require("seed " + course.seed() + " (" + course + "), again by " + course.replay());
    }

    private boolean awaitWalkers() {
        Releaser releaser = new Releaser(world);
        long lastSteps = -1;
        int looks = 0;
        long progress = System.nanoTime();
        while (!world.walkers.stream().allMatch(walker -> walker.ended)) {
            LockSupport.parkNanos(LOOK_NANOS);
            long steps = world.walkers.stream().mapToLong(walker -> walker.done).sum();
            if (steps != lastSteps) {
                lastSteps = steps;
                looks = 0;
                progress = System.nanoTime();
                continue;
            }
            looks++;
            if (looks % 2 == 0) {
                releaser.release();
            }
            if (looks == PATIENCE_LOOKS) {
                world.closeAll();
            }
            if (System.nanoTime() - progress > HUNG_NANOS) {
                hung();
                return false;
            }
        }
        releaser.end();
        return true;
    }

    private void hung() {
        figures.count(Figure.HUNG);
        for (Walker walker : world.walkers) {
            if (!walker.ended) {
                Throwable stack = new Throwable("the stack of " + walker);
                stack.setStackTrace(walker.thread().getStackTrace());
                world.verdict.broken("hung: " + walker, stack);
            }
        }
    }

    private void requireNothingOpen(List<String> before) {
        List<String> left = new ArrayList<>(OpenFiles.list());
        before.forEach(left::remove);
        if (!left.isEmpty()) {
            figures.add(Figure.LEAKED, left.size());
            world.verdict.broken("left open: " + left);
            for (String each : left) {
                int number = Integer.parseInt(each.substring(each.lastIndexOf(' ') + 1));
                world.verdict.broken("made here: " + each + " " + SocketTypes.describe(number), world.faults.origin(number));
            }
        }
    }
}
