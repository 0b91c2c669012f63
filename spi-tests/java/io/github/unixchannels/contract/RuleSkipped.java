// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import java.util.Set;
import java.util.stream.Collectors;
import org.opentest4j.TestAbortedException;

/** A provider is not held to a rule, and why. */
final class RuleSkipped extends TestAbortedException {

    private static final long serialVersionUID = 1;

    private final String reason;

    private RuleSkipped(String message, String reason, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    static RuleSkipped notCapable(ProviderUnderTest provider, Set<Capability> missing) {
        String names = missing.stream().map(Capability::name).collect(Collectors.joining(", "));
        return new RuleSkipped(provider.name() + " is not capable of " + names, "not capable of " + names, null);
    }

    static RuleSkipped deviates(ProviderUnderTest provider, String why, Throwable failure) {
        String name = provider.name();
        return new RuleSkipped(name + " deviates: " + why + " [" + failure + "]", "deviation of " + name + ", which still fails", failure);
    }

    /** What several cases may have in common: to count by. */
    String reason() {
        return reason;
    }
}
