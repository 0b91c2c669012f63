// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.unixchannels.OwnedFd;
import io.github.unixchannels.PeerCredentials;
import io.github.unixchannels.examples.dbus.DescriptorSocketProvider;
import io.github.unixchannels.examples.dbus.UnixTransportProvider;
import io.github.unixchannels.support.AbstractNames;
import io.github.unixchannels.support.BackgroundCall;
import io.github.unixchannels.support.NoFileLeaks;
import io.github.unixchannels.support.NothingLeaks;
import io.github.unixchannels.support.OpenDescriptors;
import io.github.unixchannels.support.OtherProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.freedesktop.dbus.FileDescriptor;
import org.freedesktop.dbus.annotations.DBusInterfaceName;
import org.freedesktop.dbus.connections.impl.DBusConnection;
import org.freedesktop.dbus.connections.impl.DBusConnectionBuilder;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.interfaces.DBus;
import org.freedesktop.dbus.interfaces.DBusInterface;
import org.freedesktop.dbus.spi.message.ISocketProvider;
import org.freedesktop.dbus.spi.transport.ITransportProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** dbus-java on the transport of the examples, with a real bus. */
@ExtendWith({NothingLeaks.class, NoFileLeaks.class})
class DbusTest {

    private static final String NAME = "io.github.unixchannels.Files";
    private static final String OBJECT = "/io/github/unixchannels/Files";

    private static final String CONFIGURATION = """
            <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
              "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
            <busconfig>
              <type>session</type>
              <listen>%s</listen>
              <listen>%s</listen>
              <auth>EXTERNAL</auth>
              <policy context="default">
                <allow send_destination="*" eavesdrop="true"/>
                <allow eavesdrop="true"/>
                <allow own="*"/>
              </policy>
            </busconfig>
            """;

    /** What the service offers: a file that is opened, and the text of a file that is passed. */
    @DBusInterfaceName(NAME)
    public interface FileService extends DBusInterface {
        FileDescriptor open(String path);

        String read(FileDescriptor file);
    }

    private record Service(String path) implements FileService {
        @Override
        public FileDescriptor open(String file) {
            try {
                return new FileDescriptor(OwnedFd.open(Path.of(file)).detach());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public String read(FileDescriptor file) {
            return text(file);
        }

        @Override
        public String getObjectPath() {
            return path;
        }
    }

    @TempDir
    private Path folder;

    private final int openBefore = OpenDescriptors.count();
    private OtherProgram bus;
    private String pathAddress;
    private String abstractAddress;

    @BeforeEach
    void startBus() throws Exception {
        OtherProgram.assume("dbus-daemon", "--version");
        pathAddress = "unix:path=" + folder.resolve("bus");
        abstractAddress = "unix:abstract=" + AbstractNames.uniqueText();
        Path configuration = Files.writeString(folder.resolve("bus.conf"), CONFIGURATION.formatted(pathAddress, abstractAddress));
        bus = OtherProgram.start("dbus-daemon", "--nofork", "--print-address", "--config-file=" + configuration);
        assertTrue(bus.hear().contains("guid="));
    }

    /** The thread of dbus-java that reads leaves its socket some time after the connection is closed. */
    @AfterEach
    void stopBus() throws IOException {
        if (bus != null) {
            BackgroundCall.soon().until(() -> OpenDescriptors.count() <= openBefore);
            bus.close();
        }
    }

    private static DBusConnection connect(String address) throws DBusException {
        return DBusConnectionBuilder.forAddress(address).withShared(false).build();
    }

    private static String text(FileDescriptor received) {
        try (FileChannel file = OwnedFd.adopt(received.getIntFileDescriptor()).toFileChannel()) {
            ByteBuffer bytes = ByteBuffer.allocate(100);
            file.read(bytes, 0);
            return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void javaFindsBothProviders() {
        assertInstanceOf(UnixTransportProvider.class, ServiceLoader.load(ITransportProvider.class).iterator().next());
        assertInstanceOf(DescriptorSocketProvider.class, ServiceLoader.load(ISocketProvider.class).iterator().next());
    }

    @Test
    void theBusKnowsTheUserAndTheProcess() throws Exception {
        for (String address : new String[] {pathAddress, abstractAddress}) {
            try (DBusConnection connection = connect(address)) {
                DBus daemon = connection.getRemoteObject("org.freedesktop.DBus", "/org/freedesktop/DBus", DBus.class);
                String self = connection.getUniqueName();

                assertEquals(PeerCredentials.ofThisProcess().uid(), daemon.GetConnectionUnixUser(self).longValue());
                assertEquals(ProcessHandle.current().pid(), daemon.GetConnectionUnixProcessID(self).longValue());
            }
        }
    }

    @Test
    void descriptorsTravelInCallsAndReplies() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "the text");
        try (DBusConnection server = connect(pathAddress); DBusConnection client = connect(abstractAddress)) {
            server.requestBusName(NAME);
            server.exportObject(OBJECT, new Service(OBJECT));
            FileService service = client.getRemoteObject(NAME, OBJECT, FileService.class);

            for (int i = 0; i < 50; i++) {
                assertEquals("the text", text(service.open(file.toString())));
                assertEquals("the text", service.read(new FileDescriptor(OwnedFd.open(file).detach())));
            }
        }
    }

    @Test
    void anotherProgramReceivesADescriptor() throws Exception {
        OtherProgram.assume("busctl", "--version");
        Path file = Files.writeString(folder.resolve("file"), "the text");
        try (DBusConnection server = connect(pathAddress)) {
            server.requestBusName(NAME);
            server.exportObject(OBJECT, new Service(OBJECT));
            try (OtherProgram busctl = OtherProgram.start(
                    "busctl", "--address=" + pathAddress, "call", NAME, OBJECT, NAME, "open", "s", file.toString())) {
                assertTrue(busctl.hear().matches("h \\d+"), "the type of a descriptor, and busctl's number");
                busctl.awaitSuccess();
            }
        }
    }
}
