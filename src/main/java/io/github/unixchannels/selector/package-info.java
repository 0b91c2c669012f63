// SPDX-License-Identifier: Apache-2.0

/**
 * The selector on epoll(7), its keys and its ready set, and the selector of the Java platform inside it. It calls {@code descriptor}, and asks
 * {@code socket} for the number behind a channel of the platform. It knows a channel as a {@code Selectable} only.
 */
package io.github.unixchannels.selector;
