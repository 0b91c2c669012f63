// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A provider is known not to keep the rule. The test is run all the same and must fail; it is reported as skipped, with the reason. The
 * day it passes, it is reported as failed: the entry must go, unless it says that the test does not fail {@link #always}.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(Deviates.All.class)
public @interface Deviates {

    /** The {@link ProviderUnderTest#name} of the provider, or of several. */
    String[] provider();

    /** What it does instead, and why that is known to be so. */
    String why();

    /** The first feature release of Java on which it deviates. */
    int from() default 0;

    /** The first feature release of Java on which it no longer does. */
    int before() default Integer.MAX_VALUE;

    /** Whether it fails each time. If not, as threads race, or no such Java was at hand, the test may pass as well. */
    boolean always() default true;

    /** Several of them. */
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @interface All {

        /** The single ones. */
        Deviates[] value();
    }
}
