// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.broken;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Set;

/** Providers whose key sets, ready sets and counts are not what a selection has to make of them. */
final class BrokenCounts {

    private BrokenCounts() {}

    /** The selected keys are forgotten when the next selection begins. */
    public static final class ForgottenSelectedKeys extends Facade {

        public ForgottenSelectedKeys() {
            super(JDK);
        }

        @Override
        FacadeSelector wrap(Selector selector) {
            return new FacadeSelector(provider(), selector) {

                @Override
                int selection(Waiting waiting, Dealing dealing) throws IOException {
                    return super.selection(ready -> {
                        selected().clear();
                        waiting.find(ready);
                    }, dealing);
                }
            };
        }
    }

    /** The ready set of a selected key is replaced by what is ready now. */
    public static final class ReplacedReadySet extends Facade {

        public ReplacedReadySet() {
            super(JDK);
        }

        @Override
        FacadeSelector wrap(Selector selector) {
            return new FacadeSelector(provider(), selector) {

                @Override
                int toSelected(FacadeKey key, int ready) {
                    int count = super.toSelected(key, ready);
                    key.setReady(ready);
                    return count;
                }
            };
        }
    }

    /** Keys that are selected already count again. */
    public static final class SelectedKeysCountAgain extends Facade {

        public SelectedKeysCountAgain() {
            super(JDK);
        }

        @Override
        FacadeSelector wrap(Selector selector) {
            return new FacadeSelector(provider(), selector) {

                @Override
                int toSelected(FacadeKey key, int ready) {
                    super.toSelected(key, ready);
                    return 1;
                }
            };
        }
    }

    /** A closed selector still shows its keys. */
    public static final class KeysAfterClose extends Facade {

        public KeysAfterClose() {
            super(JDK);
        }

        @Override
        FacadeSelector wrap(Selector selector) {
            return new FacadeSelector(provider(), selector) {

                private final Set<SelectionKey> shown = super.keys();

                @Override
                public Set<SelectionKey> keys() {
                    return shown;
                }
            };
        }
    }
}
