// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.frame;

import java.util.List;

/** Work of one kind: its tables, what was promised of it, and how it is drawn. */
public interface Topic {

    /** What is measured and how, in one paragraph that begins with a name in italics. */
    String text();

    /** Always the same tables, empty until they are measured. */
    List<Table> tables();

    /** What was promised of the tables that were measured. */
    List<Bound> bounds();

    /** What was measured, drawn. */
    default List<Chart> charts() {
        return List.of();
    }
}
