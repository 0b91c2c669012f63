// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.walk;

import io.github.unixchannels.walk.Figures.Figure;
import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** What is done with selectors and keys, by any thread at any time. */
final class Selections {

    private Selections() {}

    private interface Action {
        void run(World.Selecting selecting) throws IOException;
    }

    private static void onSelector(Walker walker, String doing, Action action) {
        World.Selecting selecting = walker.world.pickSelector(walker.random);
        walker.doing = doing;
        try {
            action.run(selecting);
        } catch (Throwable e) {
            boolean closed = e instanceof ClosedSelectorException;
            boolean allowed = closed ? selecting.closing : Outcome.isOfSharedKeys(e) || Outcome.isInjectedFailure(walker.world, e);
            if (!allowed) {
                walker.world.verdict.broken(walker + ": a selector threw " + e, e);
            }
        }
    }

    static void register(Walker walker) {
        Handle handle = walker.world.pick(walker.random, each -> !each.channel.isBlocking());
        if (handle == null) {
            return;
        }
        walker.use(handle, "register");
        onSelector(walker, "register", selecting -> {
            try {
                SelectionKey key = handle.channel.register(selecting.selector, interest(walker.random, handle), handle);
                if (key.channel() != handle.channel || key.selector() != selecting.selector) {
                    walker.world.verdict.broken(walker + ": a key of something else: " + key);
                }
            } catch (ClosedChannelException e) {
                Outcome.judge(walker, handle, e);
            }
        });
    }

    private static int interest(SplittableRandom random, Handle handle) {
        return random.nextInt(1 << 5) & handle.channel.validOps();
    }

    private static SelectionKey pickKey(Walker walker, Selector selector) {
        List<SelectionKey> keys = new ArrayList<>(selector.keys());
        return keys.isEmpty() ? null : keys.get(walker.random.nextInt(keys.size()));
    }

    static void interest(Walker walker) {
        onSelector(walker, "interestOps", selecting -> {
            SelectionKey key = pickKey(walker, selecting.selector);
            if (key != null) {
                key.interestOps(walker.random.nextInt(1 << 5) & key.channel().validOps());
            }
        });
    }

    static void cancel(Walker walker) {
        onSelector(walker, "cancel", selecting -> {
            SelectionKey key = pickKey(walker, selecting.selector);
            if (key != null) {
                key.cancel();
                if (key.isValid()) {
                    walker.world.verdict.broken(walker + ": valid after its cancellation: " + key);
                }
            }
        });
    }

    static void wakeup(Walker walker) {
        onSelector(walker, "wakeup", selecting -> selecting.selector.wakeup());
    }

    static void select(Walker walker) {
        onSelector(walker, "select", selecting -> {
            Selector selector = selecting.selector;
            walker.world.figures.count(Figure.SELECTIONS);
            switch (walker.random.nextInt(8)) {
                case 0 -> selector.select();
                case 1 -> selector.select(1);
                case 2, 3 -> withAction(walker, selector, true);
                case 4 -> withAction(walker, selector, false);
                case 5, 6 -> takeSelected(walker, selector);
                default -> selector.selectNow();
            }
        });
    }

    private static void withAction(Walker walker, Selector selector, boolean now) throws IOException {
        int[] calls = new int[1];
        int count = now
                ? selector.selectNow(key -> ready(walker, key, calls))
                : selector.select(key -> ready(walker, key, calls), 1);
        if (count != calls[0]) {
            walker.world.verdict.broken(walker + ": a selection returned " + count + " and gave " + calls[0] + " keys to its action");
        }
    }

    private static void ready(Walker walker, SelectionKey key, int[] calls) {
        calls[0]++;
        try {
            int ready = key.readyOps();
            if (ready == 0 || (ready & ~key.channel().validOps()) != 0) {
                walker.world.verdict.broken(walker + ": ready for " + ready + ": " + key);
            }
            if (walker.random.nextInt(16) == 0) {
                key.cancel();
            }
        } catch (CancelledKeyException e) {
            // by another thread, in this instant
        }
    }

    private static void takeSelected(Walker walker, Selector selector) throws IOException {
        selector.selectNow();
        Set<SelectionKey> selected = selector.selectedKeys();
        synchronized (selector) {
            synchronized (selected) {
                for (Iterator<SelectionKey> keys = selected.iterator(); keys.hasNext(); ) {
                    SelectionKey key = keys.next();
                    if (!selector.isOpen()) {
                        return;
                    }
                    if (key.isValid() && !selector.keys().contains(key)) {
                        walker.world.verdict.broken(walker + ": selected, valid and not in the selector: " + key);
                    }
                    keys.remove();
                }
            }
        }
    }

    /** Closes a selector and opens another. */
    static void replace(Walker walker) {
        if (walker.random.nextInt(8) != 0) {
            return;
        }
        onSelector(walker, "close of a selector", selecting -> {
            walker.world.selectors.add(new World.Selecting(walker.world.provider.provider().openSelector()));
            walker.world.selectors.remove(selecting);
            selecting.closing = true;
            selecting.selector.close();
            if (selecting.selector.isOpen()) {
                walker.world.verdict.broken(walker + ": open after its close: " + selecting.selector);
            }
        });
    }
}
