// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.facts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Asks the running kernel what it does with AF_UNIX sockets, and writes the answers as docs/kernel-facts.md. How: see the page itself.
 *
 * <p>What the library relies on is checked, and the program fails if it does not hold. What may differ is written down.
 */
public final class KernelFacts {

    private KernelFacts() {}

    /** All facts, under the titles of their subjects. */
    static Map<String, List<Fact>> all() {
        Map<String, List<Fact>> facts = new LinkedHashMap<>();
        facts.put("Connecting", ConnectFacts.all());
        facts.put("Events", EventFacts.all());
        facts.put("Messages", MessageFacts.all());
        facts.put("Room", QueueFacts.all());
        facts.put("Datagrams", DatagramFacts.all());
        facts.put("Names", AddressFacts.all());
        facts.put("Files", FileFacts.all());
        facts.put("Waiting", WaitFacts.all());
        facts.put("Options", OptionFacts.all());
        facts.put("Control data", ControlFacts.all());
        facts.put("Limits of descriptors", DescriptorLimitFacts.all());
        return facts;
    }

    /**
     * Writes the page.
     *
     * @param args where to; nowhere means to standard output
     * @throws IllegalStateException if the library relies on something that does not hold on this kernel
     */
    public static void main(String[] args) throws IOException {
        FactsPage page = new FactsPage();
        List<String> broken = new ArrayList<>();
        for (Map.Entry<String, List<Fact>> subject : all().entrySet()) {
            page.begin(subject.getKey());
            for (Fact fact : subject.getValue()) {
                Seen seen = fact.see();
                page.add(fact, seen);
                if (fact.isReliedOn() && !seen.deviations().isEmpty()) {
                    broken.add(fact.id() + " (" + fact.holds() + "): " + seen.deviations());
                }
            }
        }
        if (args.length == 0) {
            System.out.print(page);
        } else {
            Files.writeString(Path.of(args[0]), page.toString());
        }
        if (!broken.isEmpty()) {
            throw new IllegalStateException("This library relies on what does not hold here: " + String.join("; ", broken));
        }
    }
}
