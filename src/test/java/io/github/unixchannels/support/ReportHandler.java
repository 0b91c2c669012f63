// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;

/** Collects what is logged. */
public final class ReportHandler extends Handler {

    private final List<String> messages = new CopyOnWriteArrayList<>();

    /** What came so far. */
    public List<String> messages() {
        return messages;
    }

    @Override
    public void publish(LogRecord entry) {
        messages.add(entry.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
