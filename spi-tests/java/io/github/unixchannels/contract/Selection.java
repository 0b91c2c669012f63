// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A class of rules about selectors and keys: it runs on providers under test whose channels are another's as well. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
public @interface Selection {}
