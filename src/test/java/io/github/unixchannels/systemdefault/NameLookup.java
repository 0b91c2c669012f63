// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.systemdefault;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Hashtable;
import javax.naming.Context;
import javax.naming.NamingException;
import javax.naming.directory.DirContext;
import javax.naming.directory.InitialDirContext;

/** The platform's resolver of names, on UDP channels and a selector on newer JDKs, asks a server of one answer. */
final class NameLookup {

    private static final String ANSWER = "answer";
    private static final int HEADER_BYTES = 12;
    private static final short TXT = 16;
    private static final short INTERNET = 1;

    private NameLookup() {}

    public static void main(String[] arguments) throws IOException, NamingException {
        try (DatagramSocket server = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> answerOne(server));
            thread.start();
            Hashtable<String, String> environment = new Hashtable<>();
            environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
            String address = server.getLocalAddress().getHostAddress();
            environment.put(Context.PROVIDER_URL, "dns://" + address + ":" + server.getLocalPort());
            DirContext names = new InitialDirContext(environment);
            System.out.println(names.getAttributes("name.example", new String[] {"TXT"}).get("TXT").get());
            names.close();
        }
    }

    private static void answerOne(DatagramSocket server) {
        try {
            DatagramPacket query = new DatagramPacket(new byte[512], 512);
            server.receive(query);
            ByteBuffer answer = ByteBuffer.allocate(512).put(query.getData(), 0, query.getLength());
            answer.putShort(2, (short) 0x8400); // a response, with authority
            answer.putShort(6, (short) 1); // one answer
            answer.putInt(8, 0); // nothing beside
            answer.putShort((short) (0xc000 | HEADER_BYTES)).putShort(TXT).putShort(INTERNET).putInt(0);
            answer.putShort((short) (ANSWER.length() + 1)).put((byte) ANSWER.length()).put(ANSWER.getBytes(US_ASCII));
            server.send(new DatagramPacket(answer.array(), answer.position(), query.getSocketAddress()));
        } catch (IOException e) {
            e.printStackTrace();
        }
    }
}
