// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.passing;

import java.io.FileDescriptor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.channels.Channel;
import java.nio.channels.FileChannel;

/** The numbers that the channels of the Java platform hold, where the JVM was started with the flag that lets others see them. */
final class PlatformInternals {

    private static final String PACKAGE = "sun.nio.ch";

    /** The flag. */
    static final String FLAG = "--add-opens java.base/" + PACKAGE + "=" + reader();

    private PlatformInternals() {}

    private static String reader() {
        Module module = PlatformInternals.class.getModule();
        return module.isNamed() ? module.getName() : "ALL-UNNAMED";
    }

    /** The number of a channel's descriptor, or {@link ChannelDescriptors#UNKNOWN} if the flag is not set. */
    static int numberOf(Channel channel) {
        if (!Object.class.getModule().isOpen(PACKAGE, PlatformInternals.class.getModule())) {
            return ChannelDescriptors.UNKNOWN;
        }
        try {
            return channel instanceof FileChannel ? numberOfFile(channel) : (int) Opened.SELECTABLE_NUMBER.invoke(channel);
        } catch (ReflectiveOperationException | RuntimeException e) {
            // A Java platform that names these otherwise: there are other ways.
            return ChannelDescriptors.UNKNOWN;
        }
    }

    private static int numberOfFile(Channel channel) throws ReflectiveOperationException {
        Field descriptor = channel.getClass().getDeclaredField("fd");
        descriptor.setAccessible(true);
        return (int) Opened.NUMBER.invoke(null, (FileDescriptor) descriptor.get(channel));
    }

    /** Looked up only where the flag is set. */
    private static final class Opened {
        static final Method SELECTABLE_NUMBER = method("SelChImpl", "getFDVal");
        static final Method NUMBER = method("IOUtil", "fdVal", FileDescriptor.class);

        private static Method method(String type, String name, Class<?>... parameters) {
            try {
                Method method = Class.forName(PACKAGE + "." + type).getDeclaredMethod(name, parameters);
                method.setAccessible(true);
                return method;
            } catch (ReflectiveOperationException e) {
                return null;
            }
        }
    }
}
