// SPDX-License-Identifier: Apache-2.0

/**
 * A transport for dbus-java on the channels of this library: paths and abstract names, authentication by the credentials that the kernel
 * knows, and file descriptors in messages. To be copied.
 *
 * <p>dbus-java finds the transport by two files in {@code META-INF/services}, which name {@link UnixTransportProvider} and
 * {@link DescriptorSocketProvider}.
 *
 * <p>The number in a {@code org.freedesktop.dbus.FileDescriptor} belongs to the side that has the object. To send a descriptor is to give
 * the descriptor away: {@code new FileDescriptor(owned.detach())}. To receive a descriptor is to own the descriptor:
 * {@code OwnedFd.adopt(received.getIntFileDescriptor())}.
 */
package io.github.unixchannels.examples.dbus;
