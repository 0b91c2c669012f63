// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.support;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test that leaves a memfd, a pipe or a temporary file open: what {@link NothingLeaks} does not look at. */
public final class NoFileLeaks implements BeforeEachCallback, AfterEachCallback {

    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(NoFileLeaks.class);
    private static final String TEMPORARY = System.getProperty("java.io.tmpdir") + "/";

    @Override
    public void beforeEach(ExtensionContext context) {
        context.getStore(NAMESPACE).put("before", open());
    }

    @Override
    @SuppressWarnings("unchecked") // only beforeEach puts
    public void afterEach(ExtensionContext context) {
        List<String> left = new ArrayList<>(open());
        for (String file : (List<String>) context.getStore(NAMESPACE).get("before", List.class)) {
            left.remove(file);
        }
        assertEquals(List.of(), left, "left open");
    }

    /** The memfds, pipes and temporary files that are open, sorted. */
    public static List<String> open() {
        return OpenDescriptors.list(
                file -> file.startsWith("/memfd:") || file.startsWith("pipe:") || file.startsWith(TEMPORARY));
    }
}
