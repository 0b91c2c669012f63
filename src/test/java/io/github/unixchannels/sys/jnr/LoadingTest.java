// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys.jnr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.unixchannels.UnixSocketChannel;
import io.github.unixchannels.support.ChildJvm;
import io.github.unixchannels.support.OtherProgram;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first channel of a process: what may come between, and what is said where jffi cannot be loaded. */
class LoadingTest {

    private static final String WHAT =
            "java.lang.UnsupportedOperationException: unix-channels cannot load jffi, which calls the C library for it: ";
    private static final String NO_EXEC = "no native code is loaded from %s (nothing in it can be executed (noexec)):"
            + " name another folder with -Djffi.extract.dir, or the folder of libjffi with -Djffi.boot.library.path";

    @TempDir
    Path folder;

    @Test
    void aThreadThatIsInterruptedAlreadyOpensTheFirstChannel() throws Exception {
        assertPrints("opened interrupted=true\nopened\njffi is loaded", run("interrupted before"));
    }

    @Test
    void aThreadThatIsInterruptedMeanwhileOpensTheFirstChannel() throws Exception {
        assertPrints("opened interrupted=true\nopened\njffi is loaded", run("interrupted meanwhile"));
    }

    @Test
    void withoutDescriptorsTheFirstUseFailsAndIsTriedAgain() throws Exception {
        OtherProgram.assume("sh", "-c", "ulimit -n 64");
        ChildJvm child = ChildJvm.runBy(
                List.of("sh", "-c", "ulimit -n 64 && exec \"$0\" \"$@\""), Map.of(), FirstUseProcess.class, "-Dsubject=few descriptors");
        assertPrints(WHAT + "jffi and the class loaders need up to 16 descriptors: /dev/null (Too many open files);"
                + " close some, or raise the limit (ulimit -n)\nopened\njffi is loaded", child);
    }

    @Test
    void withoutJffisJarEveryUseSaysWhatIsMissing() throws Exception {
        assertPrintsTwice(WHAT + "java.lang.ClassNotFoundException: com.kenai.jffi.Internals;"
                + " put jffi-....jar on the class path or the module path", withoutJars("jffi-[^/]*[.]jar"));
    }

    @Test
    void withoutJffisNativePartEveryUseSaysWhatIsMissing() throws Exception {
        ChildJvm child = withoutJars("jffi-[^/]*-native[.]jar");
        assertPrintsTwice(child.output().lines().findFirst().orElse(""), child);
        assertTrue(child.output().startsWith(WHAT + "java.lang.UnsatisfiedLinkError: could not locate stub library"), child.output());
        assertTrue(child.output().contains("; put jffi-...-native.jar on the class path or the module path"), child.output());
    }

    private static ChildJvm withoutJars(String name) throws Exception {
        Predicate<String> wanted = entry -> !entry.matches(".*/" + name);
        List<String> classPath = ChildJvm.classPath(FirstUseProcess.class, UnixSocketChannel.class).stream().filter(wanted).toList();
        return ChildJvm.runOn(classPath, FirstUseProcess.class);
    }

    @Test
    void withoutTheModuleOfLoggingEveryUseSaysWhatIsMissing() throws Exception {
        assertPrintsTwice(WHAT + "jffi needs the module java.logging; start the JVM with --add-modules java.logging, from a run-time image"
                + " that has that module", ChildJvm.run(Map.of(), FirstUseProcess.class, "--limit-modules", "java.base"));
    }

    @Test
    void whereNativeAccessIsForbiddenEveryUseSaysHowToAllowIt() throws Exception {
        assumeTrue(Runtime.version().feature() >= 24, "native access cannot be forbidden");
        ChildJvm child = ChildJvm.runOn(ChildJvm.classPath(FirstUseProcess.class, UnixSocketChannel.class), FirstUseProcess.class,
                "--illegal-native-access=deny");
        assertPrintsTwice(child.output().lines().findFirst().orElse(""), child);
        assertTrue(child.output().startsWith(WHAT + "java.lang.IllegalCallerException: "), child.output());
        assertTrue(child.output().contains("; allow native access with --enable-native-access=ALL-UNNAMED"), child.output());
    }

    @Test
    void nativeCodeIsNeverLoadedFromTheWorkingDirectory() throws Exception {
        assertPrintsTwice(child -> child.startsWith(WHAT) && child.endsWith(NO_EXEC.formatted(folder)),
                withoutExec("-Duser.home=" + folder));
    }

    @Test
    void whereTheTemporaryFolderIsNotFitTheHomeFolderIsTaken() throws Exception {
        Path home = Files.createTempDirectory("home");
        try {
            assertPrints("opened\nopened\njffi is loaded", withoutExec("-Duser.home=" + home));
            assertEquals(0, home.toFile().list().length, "nothing is left");
        } finally {
            Files.delete(home);
        }
    }

    /** In a folder that is mounted noexec, as its temporary one, with the working directory elsewhere. */
    private ChildJvm withoutExec(String home) throws Exception {
        String mount = "mount -t tmpfs -o noexec,mode=1777 none " + folder;
        OtherProgram.assume("unshare", "-m", "sh", "-c", mount);
        return ChildJvm.runBy(List.of("unshare", "-m", "sh", "-c", mount + " && exec \"$0\" \"$@\""), Map.of("XDG_RUNTIME_DIR", ""),
                FirstUseProcess.class, "-Djava.io.tmpdir=" + folder, home);
    }

    @Test
    void aFolderIsFitIfOthersCannotReplaceWhatIsInIt() throws Exception {
        assertNull(NativeFolder.unfitness(folder.toFile()));
        assertEquals(0, folder.toFile().list().length, "nothing is left");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertEquals("everybody can replace files in it", NativeFolder.unfitness(folder.toFile()));
        assertNull(NativeFolder.unfitness(new File("/tmp")), "its sticky bit keeps others' files from everybody");
    }

    @Test
    void aFolderThatIsRelativeOrNotThereIsNotFit() {
        assertEquals("it is relative to the working directory", NativeFolder.unfitness(new File("target")));
        assertNotNull(NativeFolder.unfitness(folder.resolve("none").toFile()));
        assertNotNull(NativeFolder.unfitness(new File("/dev/null")));
    }

    private static ChildJvm run(String subject) throws Exception {
        return ChildJvm.run(Map.of(), FirstUseProcess.class, "-Dsubject=" + subject);
    }

    private static void assertPrints(String expected, ChildJvm child) {
        assertEquals(expected, child.output(), child.errors());
    }

    private static void assertPrintsTwice(String line, ChildJvm child) {
        assertPrintsTwice(line::equals, child);
    }

    private static void assertPrintsTwice(Predicate<String> line, ChildJvm child) {
        List<String> lines = child.output().lines().toList();
        assertEquals(3, lines.size(), child.output() + child.errors());
        assertTrue(line.test(lines.get(0)), child.output());
        assertEquals(lines.get(0), lines.get(1), "the same each time");
        assertEquals("jffi is not loaded", lines.get(2));
    }
}
