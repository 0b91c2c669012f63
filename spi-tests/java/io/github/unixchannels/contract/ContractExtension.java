// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/** Skips what a provider is not capable of, and turns the outcome of known deviations round. */
final class ContractExtension implements InvocationInterceptor {

    /** A system property: if it is {@code report}, a known deviation fails its test like any other. */
    private static final String DEVIATIONS = "contract.deviations";

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> invocationContext, ExtensionContext context)
            throws Throwable {
        ContractTest test = (ContractTest) context.getRequiredTestInstance();
        Method rule = invocationContext.getExecutable();
        Set<Capability> missing = missing(test.provider, rule);
        if (!missing.isEmpty()) {
            invocation.skip();
            throw RuleSkipped.notCapable(test.provider, missing);
        }
        Optional<Deviates> deviation = deviation(test.provider, rule);
        if (deviation.isEmpty()) {
            invocation.proceed();
            return;
        }
        expectFailure(invocation, test.provider, deviation.get());
    }

    private static void expectFailure(Invocation<Void> invocation, ProviderUnderTest provider, Deviates deviation) throws Throwable {
        try {
            invocation.proceed();
        } catch (TestAbortedException e) {
            throw e;
        } catch (Throwable failure) {
            throw RuleSkipped.deviates(provider, deviation.why(), failure);
        }
        if (!deviation.always()) {
            return;
        }
        throw new AssertionFailedError(
                provider.name() + " keeps this rule now, on Java " + Runtime.version().feature() + ": take @Deviates away");
    }

    private static Set<Capability> missing(ProviderUnderTest provider, Method rule) {
        EnumSet<Capability> missing = EnumSet.noneOf(Capability.class);
        for (Requires requires : new Requires[] {
            rule.getAnnotation(Requires.class), rule.getDeclaringClass().getAnnotation(Requires.class)
        }) {
            if (requires != null) {
                missing.addAll(Arrays.asList(requires.value()));
            }
        }
        missing.removeAll(provider.capabilities());
        return missing;
    }

    private static Optional<Deviates> deviation(ProviderUnderTest provider, Method rule) {
        if ("report".equals(System.getProperty(DEVIATIONS))) {
            return Optional.empty();
        }
        int java = Runtime.version().feature();
        return Arrays.stream(rule.getAnnotationsByType(Deviates.class))
                .filter(deviation -> List.of(deviation.provider()).contains(provider.name()))
                .filter(deviation -> deviation.from() <= java && java < deviation.before())
                .findFirst();
    }
}
