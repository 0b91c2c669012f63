// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.ParameterDeclarations;

/** Of all providers, those that have the kind of channel that a class of rules is about. */
final class CapableProviders implements ArgumentsProvider {

    @Override
    public Stream<? extends Arguments> provideArguments(ParameterDeclarations parameters, ExtensionContext context) {
        Capability kind = context.getRequiredTestClass().getAnnotation(Contract.class).value();
        return Providers.all()
                .filter(provider -> provider.getPayload().capabilities().contains(kind))
                .map(Arguments::of);
    }
}
