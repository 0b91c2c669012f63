// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import io.github.unixchannels.support.ChildJvm;
import io.github.unixchannels.support.OtherProgram;
import io.github.unixchannels.support.SocketFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.NetworkChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Another process with a server, which does what each line of its input says: {@code open}, family, path, and what is asked for of the file;
 * {@code close}; {@code race} and as {@code open}, with a number of rounds. It answers each line with one.
 */
final class SocketFileProcess {

    private static NetworkChannel server;

    private SocketFileProcess() {}

    static OtherProgram start() throws IOException {
        return OtherProgram.start(ChildJvm.command(SocketFileProcess.class).toArray(String[]::new));
    }

    /** One that is the user root without any of root's capabilities, if this process is root. */
    static OtherProgram startUnprivileged() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        if (PeerCredentials.ofThisProcess().uid() == 0) {
            command.addAll(List.of("setpriv", "--inh-caps=-all", "--bounding-set=-all"));
            OtherProgram.assume("setpriv", "--inh-caps=-all", "--bounding-set=-all", "true");
        }
        command.addAll(ChildJvm.command(SocketFileProcess.class));
        return OtherProgram.start(command.toArray(String[]::new));
    }

    /** With a umask of 0: a plain bind(2) then permits everything to everybody. */
    static OtherProgram startWithoutUmask() throws IOException {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "umask 0; exec \"$@\"", "sh"));
        command.addAll(ChildJvm.command(SocketFileProcess.class));
        return OtherProgram.start(command.toArray(String[]::new));
    }

    public static void main(String... arguments) throws IOException {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            String[] words = line.split("\t");
            System.out.println(answer(words));
            System.out.flush();
        }
    }

    private static String answer(String[] words) throws IOException {
        switch (words[0]) {
            case "open":
                return open(words, 1);
            case "close":
                server.close();
                return "closed";
            case "race":
                return race(words);
            default:
                throw new IOException(words[0]);
        }
    }

    private static String open(String[] words, int from) {
        SocketFile file = SocketFile.of(Path.of(words[from + 1]));
        for (int i = from + 2; i < words.length; i++) {
            String[] asked = words[i].split("=");
            file = switch (asked[0]) {
                case "mode" -> file.mode(asked[1]);
                case "group" -> file.group(asked[1]);
                case "replaceStale" -> file.replaceStale();
                case "removeOnClose" -> file.removeOnClose();
                default -> throw new IllegalArgumentException(words[i]);
            };
        }
        try {
            server = SocketFiles.open(UnixProtocolFamily.valueOf(words[from]), file);
            return "bound";
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Binds and closes without a pause, and connects to each server that it has: to no other than its own. Half of the files stay. */
    private static String race(String[] words) throws IOException {
        int won = 0;
        for (int i = 0; i < Integer.parseInt(words[1]); i++) {
            String[] asked = words.clone();
            asked[asked.length - 1] = i % 2 == 0 ? "removeOnClose" : "replaceStale";
            String said = open(asked, 2);
            if (said.equals("bound")) {
                won++;
                requireReached(Path.of(words[3]));
                server.close();
            } else if (!said.contains("(EAGAIN): another server has the lock")) {
                return said;
            }
        }
        return "won " + won;
    }

    private static void requireReached(Path path) throws IOException {
        if (server instanceof UnixServerSocketChannel listener) {
            try (UnixSocketChannel client = UnixSocketChannel.open(listener.family(), UnixDomainSocketAddress.of(path))) {
                int pid = client.getOption(UnixSocketOptions.SO_PEERCRED).pid();
                if (pid != ProcessHandle.current().pid()) {
                    throw new IOException("reached " + pid);
                }
            }
        }
    }
}
