// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

/** A provider left descriptors or threads over when a class of rules had run on it. */
final class LeftOverError extends AssertionError {

    private static final long serialVersionUID = 1;

    private final String provider;
    private final int descriptors;
    private final int threads;

    LeftOverError(ProviderUnderTest provider, Class<?> rules, LeftOver left) {
        super(provider.name() + " left over in " + rules.getSimpleName() + ": " + left);
        this.provider = provider.name();
        descriptors = left.descriptors().size();
        threads = left.threads().size();
        setStackTrace(new StackTraceElement[0]); // the framework's alone
    }

    String provider() {
        return provider;
    }

    int descriptors() {
        return descriptors;
    }

    int threads() {
        return threads;
    }
}
