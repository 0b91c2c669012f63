// SPDX-License-Identifier: Apache-2.0

/**
 * What a socket is and how far it has come: its type and family, its names, its connection, its options, who is at its other end. It calls the
 * {@code descriptor} and encodes {@code address}es. It moves no byte of a user, and knows no channel and no selector.
 */
package io.github.unixchannels.socket;
