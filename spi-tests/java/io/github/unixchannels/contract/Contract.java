// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ArgumentsSource;

/** A class of rules: every test method is one rule, named after its number, and runs on every provider that is capable of it. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ParameterizedClass(name = "{0}", allowZeroInvocations = true)
@ArgumentsSource(Providers.class)
@ExtendWith({ContractExtension.class, LeakCheck.class})
public @interface Contract {

    /** What kind of channel the class is about: providers without it do not meet the class at all. */
    Capability value() default Capability.CONNECTIONS;
}
