// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.ParameterDeclarations;

/** The providers that the suite runs on. */
public final class Providers implements ArgumentsProvider {

    /**
     * A configuration parameter of JUnit, or a system property: the providers to test, with commas between; all that are found if it is not
     * set. Each is the name of one that is found, or the name of a class with its package, which need not be in {@code META-INF/services}.
     */
    public static final String SELECTION = "contract.providers";

    /** Created by JUnit. */
    public Providers() {}

    /**
     * Every provider to test, under its name, that has the kind of channel which the class is about.
     *
     * @throws IllegalStateException if there is none, or one that was named is not there: an empty suite must not pass
     */
    @Override
    public Stream<Arguments> provideArguments(ParameterDeclarations parameters, ExtensionContext context) {
        String selection = context.getConfigurationParameter(SELECTION).orElse("");
        List<String> names = selection.isBlank()
                ? found().map(ProviderUnderTest::name).sorted(Comparator.naturalOrder()).toList()
                : Arrays.asList(selection.trim().split("\\s*,\\s*"));
        if (names.isEmpty()) {
            throw new IllegalStateException("no provider was found: name one in META-INF/services/" + ProviderUnderTest.class.getName());
        }
        Class<?> rules = context.getRequiredTestClass();
        Capability kind = rules.getAnnotation(Contract.class).value();
        boolean aboutSelection = rules.isAnnotationPresent(Selection.class);
        return names.stream()
                .map(name -> Named.of(name, name.contains(".") ? ofClass(name) : named(name)))
                .filter(provider -> provider.getPayload().capabilities().contains(kind))
                .filter(provider -> aboutSelection || provider.getPayload().selectorProvider() == provider.getPayload().provider())
                .map(Arguments::of);
    }

    /**
     * The provider of this name, among those that are found.
     *
     * @throws IllegalStateException if there is none
     */
    public static ProviderUnderTest named(String name) {
        return found()
                .filter(provider -> provider.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no provider is named " + name));
    }

    private static Stream<ProviderUnderTest> found() {
        return ServiceLoader.load(ProviderUnderTest.class).stream().map(ServiceLoader.Provider::get);
    }

    private static ProviderUnderTest ofClass(String name) {
        try {
            return Class.forName(name).asSubclass(ProviderUnderTest.class).getConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("no provider is of the class " + name, e);
        }
    }
}
