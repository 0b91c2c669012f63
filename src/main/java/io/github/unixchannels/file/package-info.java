// SPDX-License-Identifier: Apache-2.0

/**
 * The files of sockets: how bind(2) makes a file with its mode and group, in which folder, in place of what, and what becomes of the file at
 * the end. It calls the {@code descriptor} that is bound and encodes {@code address}es. It knows no channel and moves no data.
 */
package io.github.unixchannels.file;
