// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.ProtocolFamily;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** An application that has the library in its own class loader, jffi being in the parent, and is dropped: nothing holds the class loader. */
class DroppedClassLoaderTest {

    private static final String OWN = "io.github.unixchannels.";

    /** Loads the library itself, and everything else by its parent. */
    private static final class ApplicationLoader extends URLClassLoader {

        ApplicationLoader(URL library) {
            super(new URL[] {library}, DroppedClassLoaderTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(OWN)) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded != null ? loaded : findClass(name);
            }
        }
    }

    @Test
    void aThreadThatUsedTheLibraryAndLivesOnDoesNotHoldItsClassLoader() throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try {
            List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                loaders.add(deploy(pool));
            }
            Awaitility.await().until(() -> {
                System.gc();
                return loaders.stream().allMatch(loader -> loader.get() == null);
            });
            assertEquals(1, pool.submit(() -> 1).get(), "the thread lives on");
        } finally {
            pool.shutdown();
        }
    }

    private static WeakReference<ClassLoader> deploy(ExecutorService pool) throws Exception {
        URL library = UnixSocketChannel.class.getProtectionDomain().getCodeSource().getLocation();
        try (ApplicationLoader loader = new ApplicationLoader(library)) {
            Callable<Void> application = () -> {
                run(loader);
                return null;
            };
            pool.submit(application).get();
            return new WeakReference<>(loader);
        }
    }

    /** Sends from heap memory, receives and selects. Every class of the library is the loader's. */
    private static void run(ClassLoader loader) throws ReflectiveOperationException, IOException {
        Object family = loader.loadClass(OWN + "UnixProtocolFamily").getField("SEQPACKET").get(null);
        Object pair = loader.loadClass(OWN + "UnixSocketChannel").getMethod("pair", ProtocolFamily.class).invoke(null, family);
        Object provider = loader.loadClass(OWN + "UnixSelectorProvider").getMethod("provider").invoke(null);
        try (SocketChannel from = (SocketChannel) pair.getClass().getMethod("first").invoke(pair);
                SocketChannel to = (SocketChannel) pair.getClass().getMethod("second").invoke(pair);
                Selector selector = ((SelectorProvider) provider).openSelector()) {
            from.write(ByteBuffer.allocate(8));
            to.configureBlocking(false);
            to.register(selector, SelectionKey.OP_READ);
            assertEquals(1, selector.select());
            assertEquals(8, to.read(ByteBuffer.allocate(100)));
        }
    }
}
