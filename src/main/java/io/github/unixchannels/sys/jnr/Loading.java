// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.sys.jnr;

import com.kenai.jffi.Internals;
import io.github.unixchannels.sys.Syscalls;
import java.io.FileInputStream;
import java.io.IOException;

/**
 * The loading of jffi, in a thread of its own. jffi writes its native part to a file by a channel, which an interrupt closes; and what once
 * fails in jffi's static initializers fails for ever in that class loader. So what jffi needs is looked at before jffi is touched.
 */
final class Loading extends Thread {

    /** What jffi and the class loaders may open meanwhile: the file, and jars of the class path that nobody has looked into yet. */
    private static final int DESCRIPTORS = 16;

    private static final String LOGGING = "java.logging";

    private Syscalls calls;
    private Throwable failure;

    private Loading(ThreadGroup group) {
        super(group, null, "unix-channels-loading", 0, false);
        setDaemon(true);
    }

    /** In the topmost group, for one further down may be interrupted as a whole, and with a class loader that finds jffi's native part. */
    private static Loading create() {
        try {
            ThreadGroup group = Thread.currentThread().getThreadGroup();
            while (group.getParent() != null) {
                group = group.getParent();
            }
            Loading loading = new Loading(group);
            loading.setContextClassLoader(Loading.class.getClassLoader());
            return loading;
        } catch (SecurityException e) { // a security manager that keeps a thread to its own group
            return new Loading(null);
        }
    }

    static boolean isCurrentThread() {
        return Thread.currentThread() instanceof Loading;
    }

    /**
     * Loads jffi and binds the calls. An interrupt of the caller ends nothing and stays set.
     *
     * @throws UnsupportedOperationException if that fails, saying why and what would help
     */
    static Syscalls ofCalls() {
        Loading loading = create();
        loading.start();
        boolean interrupted = false;
        while (loading.isAlive()) {
            try {
                loading.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (loading.failure != null) {
            throw LoadingFailure.exception(loading.failure);
        }
        return loading.calls;
    }

    @Override
    public void run() {
        try {
            requireLogging();
            requireDescriptors();
            loadJffi();
            calls = HostSyscalls.choose(
                    new JffiSyscalls(), System.getProperty("os.arch"), Boolean.getBoolean(HostSyscalls.THROUGH_LIBC_PROPERTY));
        } catch (Throwable e) { // Errors above all: the caller is told
            failure = e;
        }
    }

    private static void requireLogging() {
        if (ModuleLayer.boot().findModule(LOGGING).isEmpty()) {
            throw LoadingFailure.exception("jffi needs the module " + LOGGING, "start the JVM with --add-modules " + LOGGING
                    + ", from a run-time image that has that module");
        }
    }

    private static void requireDescriptors() throws IOException {
        FileInputStream[] opened = new FileInputStream[DESCRIPTORS];
        IOException failure = null;
        try {
            for (int i = 0; i < DESCRIPTORS; i++) {
                opened[i] = new FileInputStream("/dev/null");
            }
        } catch (IOException e) {
            failure = e;
        } finally {
            for (FileInputStream each : opened) {
                if (each != null) {
                    each.close();
                }
            }
        }
        if (failure != null) { // now there are descriptors for the class loader, too
            throw LoadingFailure.exception("jffi and the class loaders need up to " + DESCRIPTORS + " descriptors: " + failure.getMessage(),
                    "close some, or raise the limit (ulimit -n)");
        }
    }

    /** By a method of jffi that tells the same each time it is tried, and makes nothing. */
    private static void loadJffi() {
        String unset = NativeFolder.choose();
        try {
            Internals.getErrnoSaveFunction();
        } finally {
            if (unset != null) {
                System.clearProperty(unset);
            }
        }
    }
}
