// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import java.io.InvalidObjectException;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The address of an AF_UNIX socket in the abstract namespace: a name without a file, which vanishes when the socket is closed.
 *
 * <p>A name has up to {@value #MAX_NAME_BYTES} bytes of any value, including NUL; two names are equal if all their bytes are. The leading NUL
 * of {@code sun_path} is not part of the name. An abstract name belongs to a network namespace, in which each socket type has names of
 * its own. File permissions do not guard a name: every process in the same network namespace can connect.
 *
 * <p>Source: unix(7). Linux only. Immutable and thread safe.
 */
public final class AbstractSocketAddress extends SocketAddress {

    /** The most bytes that a name has: {@value}. */
    public static final int MAX_NAME_BYTES = 107;

    /**
     * Asks {@code bind} for a free abstract name of the kernel's choice, five hexadecimal digits: "autobind" in unix(7).
     * {@code getLocalAddress} returns the name afterwards. To connect to this address throws
     * {@link java.nio.channels.UnsupportedAddressTypeException}.
     */
    public static final AbstractSocketAddress AUTOBIND = new AbstractSocketAddress(new byte[0], true);

    private static final long serialVersionUID = 1;

    /** @serial the name, without the leading NUL */
    private final byte[] name;

    /** @serial whether this is {@link #AUTOBIND} */
    private final boolean autobind;

    private AbstractSocketAddress(byte[] name, boolean autobind) {
        this.name = name;
        this.autobind = autobind;
    }

    /**
     * The address with the name that a string has in UTF-8.
     *
     * @param name the name, without a leading NUL or {@code @}
     * @return the address
     * @throws NullPointerException if {@code name} is null
     * @throws IllegalArgumentException if it is longer than {@value #MAX_NAME_BYTES} bytes
     */
    public static AbstractSocketAddress of(String name) {
        return of(name.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The address with this name.
     *
     * @param name the name, without the leading NUL; copied
     * @return the address
     * @throws NullPointerException if {@code name} is null
     * @throws IllegalArgumentException if it is longer than {@value #MAX_NAME_BYTES} bytes
     */
    public static AbstractSocketAddress of(byte[] name) {
        if (name.length > MAX_NAME_BYTES) {
            throw new IllegalArgumentException("Abstract name too long: " + name.length + " bytes, of which the kernel takes "
                    + MAX_NAME_BYTES + ": " + print(name));
        }
        return new AbstractSocketAddress(name.clone(), false);
    }

    /**
     * The name.
     *
     * @return a copy of its bytes, without the leading NUL; empty for {@link #AUTOBIND}
     */
    public byte[] name() {
        return name.clone();
    }

    /**
     * Whether the other object is an abstract address with the same bytes.
     *
     * @param other anything
     * @return whether they are the same address; {@link #AUTOBIND} equals itself only
     */
    @Override
    public boolean equals(Object other) {
        return this == other || other instanceof AbstractSocketAddress that && autobind == that.autobind && Arrays.equals(name, that.name);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(name);
    }

    /**
     * The name after an {@code @}, as ss(8) prints it. Bytes that are not printable ASCII appear as {@code \xNN}.
     *
     * @return the address in words
     */
    @Override
    public String toString() {
        return autobind ? "@(autobind)" : print(name);
    }

    /**
     * Checks an address that was read from a stream.
     *
     * @return {@link #AUTOBIND} itself, or an address with the name that was read
     * @throws InvalidObjectException if the name is missing or too long
     */
    private Object readResolve() throws InvalidObjectException {
        if (name == null || name.length > MAX_NAME_BYTES) {
            throw new InvalidObjectException("an abstract name has at most " + MAX_NAME_BYTES + " bytes");
        }
        return autobind ? AUTOBIND : of(name);
    }

    private static String print(byte[] name) {
        StringBuilder text = new StringBuilder(name.length + 1).append('@');
        for (byte b : name) {
            if (b >= ' ' && b < 0x7f) {
                text.append((char) b);
            } else {
                text.append(String.format("\\x%02x", b & 0xff));
            }
        }
        return text.toString();
    }
}
