// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.systemdefault;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How a JVM is asked to make our provider its default. */
enum AskedFor {
    BY_FLAGS(false, false),
    BY_FLAGS_AS_A_MODULE(false, true),
    BY_THE_AGENT(true, false),
    BY_THE_AGENT_AS_A_MODULE(true, true);

    static final String PROVIDER = "-Djava.nio.channels.spi.SelectorProvider=io.github.unixchannels.UnixSelectorProvider";

    private static final String MODULE = "io.github.unixchannels";

    private final boolean agent;
    private final boolean module;

    AskedFor(boolean agent, boolean module) {
        this.agent = agent;
        this.module = module;
    }

    /** The arguments of the JVM; the library is packed into the folder if they name its jar. */
    String[] arguments(Path folder) throws IOException {
        Path jar = AgentJar.ofLibrary(folder);
        List<String> arguments = new ArrayList<>();
        if (agent) {
            arguments.add("-javaagent:" + jar);
        } else {
            arguments.add(PROVIDER);
            arguments.add("--add-exports");
            arguments.add("java.base/sun.nio.ch=" + (module ? MODULE : "ALL-UNNAMED"));
        }
        if (module) {
            arguments.add("--module-path");
            arguments.add(jar + File.pathSeparator + String.join(File.pathSeparator, AgentJar.ofDependencies()));
            arguments.add("--add-modules");
            arguments.add(MODULE);
        }
        return arguments.toArray(String[]::new);
    }

    /** The name of the library's module there. */
    String moduleName() {
        return module ? MODULE : null;
    }
}
