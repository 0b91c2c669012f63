// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The rule is for providers that can do all of this; for others it is skipped, with the reason in the report. */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface Requires {

    /** What a provider must be capable of. */
    Capability[] value();
}
