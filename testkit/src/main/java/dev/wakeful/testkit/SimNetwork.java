// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

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
import java.util.ArrayList;
import java.util.HashMap;
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
/// ```
///
/// For the one thread of its runtime.
public final class SimNetwork implements Network {
    private static final int FIRST_EPHEMERAL_PORT = 49_152;
    private static final int DEFAULT_BACKLOG = 128;

    private final Timer timer;
    private final RandomGenerator random;
    private final Map<SocketAddress, SimListener> listeners = new HashMap<>();
    private final Map<SocketAddress, Link> towards = new HashMap<>();
    private final Map<SocketAddress, Link> back = new HashMap<>();
    private final Set<Object> open = new LinkedHashSet<>();
    private int nextPort = FIRST_EPHEMERAL_PORT;
    private int socketLimit = Integer.MAX_VALUE;
    private boolean partialTransfers;

    SimNetwork(Timer timer, RandomGenerator random) {
        this.timer = timer;
        this.random = random;
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
        SocketAddress bound = address instanceof InetSocketAddress inet && inet.getPort() == 0
                ? new InetSocketAddress(inet.getAddress(), nextPort++)
                : address;
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
