// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import dev.wakeful.spi.DatagramIo;
import dev.wakeful.spi.ListenerIo;
import dev.wakeful.spi.Network;
import dev.wakeful.spi.StreamIo;
import dev.wakeful.spi.Timer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A network inside a [TestRuntime]: the code under test opens its sockets as ever, and the test says what goes wrong.
///
/// Bytes travel in virtual time. Nothing goes wrong unless the test says so: [#to] and [#from] are the two directions
/// of the connections to a server, each with its delay, its speed and its faults, for connections that are open and for
/// those to come.
///
/// ```java
/// var network = runtime.network();
/// network.to(server).latency(ofMillis(5), ofMillis(50));
/// network.from(server).resetAfter(1_000);
/// network.limitSockets(16); // then: too many open files
/// network.partialTransfers(true);
/// network.datagramsTo(server).lose(0.1).duplicate(0.1);
/// network.names().put("shop.example", server.getAddress());
/// ```
///
/// For the one thread of its runtime.
public final class SimNetwork implements Network {
    private static final int FIRST_EPHEMERAL_PORT = 49_152;
    private static final int DEFAULT_BACKLOG = 128;
    private static final int LARGEST_DATAGRAM = 65_507;

    private final Timer timer;
    private final RandomGenerator random;
    private final Map<SocketAddress, SimListener> listeners = new HashMap<>();
    private final Map<SocketAddress, Link> towards = new HashMap<>();
    private final Map<SocketAddress, Link> back = new HashMap<>();
    private final Set<Object> open = new LinkedHashSet<>();
    private final Map<SocketAddress, SimDatagrams> datagrams = new LinkedHashMap<>();
    private final Map<SocketAddress, DatagramLink> datagramLinks = new HashMap<>();
    private final SimNames names;
    private long datagramsSent;
    private int mtu = LARGEST_DATAGRAM;
    private int nextPort = FIRST_EPHEMERAL_PORT;
    private int socketLimit = Integer.MAX_VALUE;
    private boolean partialTransfers;

    SimNetwork(Timer timer, RandomGenerator random) {
        this.timer = timer;
        this.random = random;
        this.names = new SimNames(timer, random);
    }

    // ------------------------------------------------------------------------------------------------- what goes wrong

    /// The direction from clients to the server that listens, or will, at `server`.
    ///
    /// @param server the address that clients connect to
    /// @return the link, to be given delays and faults
    public Link to(SocketAddress server) {
        return towards.computeIfAbsent(server, address -> new Link(this));
    }

    /// The direction from the server at `server` to its clients.
    ///
    /// @param server the address that clients connect to
    /// @return the link, to be given delays and faults
    public Link from(SocketAddress server) {
        return back.computeIfAbsent(server, address -> new Link(this));
    }

    /// The datagrams that are sent to `address`.
    ///
    /// @param address the address they are sent to
    /// @return the link, to be given delays and faults
    public DatagramLink datagramsTo(SocketAddress address) {
        return datagramLinks.computeIfAbsent(address, target -> new DatagramLink(this));
    }

    /// Has datagrams with more bytes fail to be sent: `Message too long`.
    ///
    /// @param bytes how many bytes a datagram may have, positive
    /// @return this network
    public SimNetwork mtu(int bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("bytes must be positive, but was " + bytes);
        }
        mtu = bytes;
        return this;
    }

    /// The host names that the code under test can look up.
    ///
    /// @return the names, to be given addresses, failures and delays
    public SimNames names() {
        return names;
    }

    /// Bounds how many sockets are open at once; the next one fails as at the limit of a process: `Too many open
    /// files`.
    ///
    /// @param limit the bound
    /// @return this network
    public SimNetwork limitSockets(int limit) {
        socketLimit = limit;
        return this;
    }

    /// Has each read and each write move only a part of what it could, as the seed says, and at least a byte.
    ///
    /// @param partial whether they do
    /// @return this network
    public SimNetwork partialTransfers(boolean partial) {
        partialTransfers = partial;
        return this;
    }

    /// The sockets that are open.
    ///
    /// @return each in words
    public List<String> openSockets() {
        List<String> texts = new ArrayList<>();
        open.forEach(socket -> texts.add(socket.toString()));
        return texts;
    }

    // ------------------------------------------------------------------------------------------------- opening

    @Override
    public ListenerIo listen(SocketAddress address, int backlog, Map<SocketOption<?>, Object> options)
            throws IOException {
        SocketAddress bound = withPort(address);
        if (listeners.containsKey(bound)) {
            throw new BindException("cannot listen on " + bound + ": Address already in use");
        }
        var listener = new SimListener(this, bound, backlog > 0 ? backlog : DEFAULT_BACKLOG);
        opened(listener);
        listeners.put(bound, listener);
        return listener;
    }

    @Override
    public StreamIo connect(SocketAddress address, Map<SocketOption<?>, Object> options) throws IOException {
        var local = new InetSocketAddress(InetAddress.getLoopbackAddress(), nextPort++);
        var client =
                new SimStream(this, local, address, new SimFlow(this, from(address)), new SimFlow(this, to(address)));
        options.forEach(client::keepOption);
        opened(client);
        client.beginConnect();
        return client;
    }

    @Override
    public DatagramIo datagrams(SocketAddress address, Map<SocketOption<?>, Object> options) throws IOException {
        SocketAddress bound = withPort(address);
        if (datagrams.containsKey(bound)) {
            throw new BindException("cannot bind to " + bound + ": Address already in use");
        }
        var socket = new SimDatagrams(this, bound, options);
        opened(socket);
        datagrams.put(bound, socket);
        return socket;
    }

    private SocketAddress withPort(SocketAddress address) {
        return address instanceof InetSocketAddress inet && inet.getPort() == 0
                ? new InetSocketAddress(inet.getAddress(), nextPort++)
                : address;
    }

    /// Sends a datagram to all who take it.
    ///
    /// @return whether there is anybody, or nobody can know
    boolean deliver(SimDatagrams from, SocketAddress to, ByteBuffer bytes) throws IOException {
        DatagramLink link = datagramsTo(to);
        InetAddress group =
                to instanceof InetSocketAddress inet && inet.getAddress().isMulticastAddress()
                        ? inet.getAddress()
                        : null;
        boolean taken = link.isCut() || group != null;
        for (SimDatagrams socket : List.copyOf(datagrams.values())) {
            if (socket.takes(to, group, portOf(to))) {
                taken = true;
                for (int copy = link.copies(); copy > 0; copy--) {
                    socket.arrive(from.localAddress(), bytes, link.arrival(), ++datagramsSent);
                }
            }
        }
        return taken;
    }

    static int portOf(SocketAddress address) {
        return address instanceof InetSocketAddress inet ? inet.getPort() : -1;
    }

    int mtu() {
        return mtu;
    }

    void opened(Object socket) throws IOException {
        if (open.size() >= socketLimit) {
            throw new IOException("Too many open files");
        }
        open.add(socket);
    }

    boolean isFull() {
        return open.size() >= socketLimit;
    }

    void closed(Object socket) {
        open.remove(socket);
        if (socket instanceof SimListener listener) {
            listeners.remove(listener.localAddress());
        } else if (socket instanceof SimDatagrams) {
            datagrams.values().remove(socket);
        }
    }

    @Nullable
    SimListener listener(SocketAddress address) {
        return listeners.get(address);
    }

    // ------------------------------------------------------------------------------------------------- for its parts

    Timer timer() {
        return timer;
    }

    RandomGenerator random() {
        return random;
    }

    /// How many of `possible` bytes this transfer moves.
    int transferred(int possible) {
        return partialTransfers && possible > 1 ? 1 + random.nextInt(possible) : possible;
    }

    @Override
    public String toString() {
        return "SimNetwork[open=" + open.size() + "]";
    }
}
