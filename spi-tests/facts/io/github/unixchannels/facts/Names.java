// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.facts;

import io.github.unixchannels.sys.Errno;
import io.github.unixchannels.sys.Linux;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The kernel's numbers in words. */
final class Names {

    private static final int ENODATA = 61;
    private static final Pattern IN_PARENTHESES = Pattern.compile("\\((\\w+)\\)$");

    private static final Map<Integer, String> EVENTS = new LinkedHashMap<>();
    private static final Map<Integer, String> MESSAGE_FLAGS = new LinkedHashMap<>();

    static {
        EVENTS.put(Linux.POLLIN, "IN");
        EVENTS.put(Linux.POLLOUT, "OUT");
        EVENTS.put(Linux.POLLERR, "ERR");
        EVENTS.put(Linux.POLLHUP, "HUP");
        EVENTS.put(Linux.POLLRDHUP, "RDHUP");
        MESSAGE_FLAGS.put(Linux.MSG_TRUNC, "TRUNC");
        MESSAGE_FLAGS.put(Uapi.MSG_CTRUNC, "CTRUNC");
        MESSAGE_FLAGS.put(Uapi.MSG_EOR, "EOR");
        MESSAGE_FLAGS.put(Uapi.MSG_CMSG_CLOEXEC, "CMSG_CLOEXEC");
    }

    private Names() {}

    /** What a system call returned: a number, or the name of an error. */
    static String result(long result) {
        if (result >= 0) {
            return Long.toString(result);
        }
        Matcher name = IN_PARENTHESES.matcher(Errno.describe((int) -result));
        return name.find() ? name.group(1) : result == -ENODATA ? "ENODATA" : "errno " + -result;
    }

    /** As in {@code IN+HUP}; {@code none}. */
    static String events(int events) {
        return names(events, EVENTS);
    }

    /** As in {@code TRUNC+CTRUNC}; {@code none}. */
    static String messageFlags(int flags) {
        return names(flags, MESSAGE_FLAGS);
    }

    private static String names(int bits, Map<Integer, String> names) {
        if (bits < 0) {
            return result(bits);
        }
        StringJoiner text = new StringJoiner("+").setEmptyValue("none");
        int unknown = bits;
        for (Map.Entry<Integer, String> entry : names.entrySet()) {
            if ((bits & entry.getKey()) != 0) {
                text.add(entry.getValue());
                unknown &= ~entry.getKey();
            }
        }
        return unknown == 0 ? text.toString() : text.add("0x" + Integer.toHexString(unknown)).toString();
    }
}
