// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;

/** The providers that the suite finds. */
public final class Providers {

    /** A system property: the names of the providers to test, with commas between; all that are found if it is not set. */
    public static final String SELECTION = "contract.providers";

    private Providers() {}

    /**
     * Every provider, under its name.
     *
     * @throws IllegalStateException if there is none, or one that was named is not there: an empty suite must not pass
     */
    public static Stream<Named<ProviderUnderTest>> all() {
        List<ProviderUnderTest> found = ServiceLoader.load(ProviderUnderTest.class).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparing(ProviderUnderTest::name))
                .toList();
        String selection = System.getProperty(SELECTION, "");
        List<String> names = selection.isBlank()
                ? found.stream().map(ProviderUnderTest::name).toList()
                : Arrays.asList(selection.trim().split("\\s*,\\s*"));
        if (names.isEmpty()) {
            throw new IllegalStateException("no provider was found: name one in META-INF/services/" + ProviderUnderTest.class.getName());
        }
        return names.stream().map(name -> Named.of(name, byName(found, name)));
    }

    private static ProviderUnderTest byName(List<ProviderUnderTest> found, String name) {
        return found.stream()
                .filter(provider -> provider.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no provider is named " + name));
    }
}
