// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import dev.wakeful.Context;
import dev.wakeful.Waker;
import dev.wakeful.spi.StreamIo;
import dev.wakeful.spi.Timer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One end of a simulated connection.
final class SimStream implements StreamIo {
    private final SimNetwork network;
    private final SocketAddress local;
    private final SocketAddress peer;
    private final SimFlow in;
    private final SimFlow out;
    private final Timer.Alarm handshake;
    private final Map<SocketOption<?>, Object> options = new HashMap<>();
    private long reachesServer;
    private long answers = Link.NEVER;
    private @Nullable IOException refusal;
    private @Nullable Waker connecting;
    private boolean arrived;
    private boolean outputEnded;
    private boolean closed;

    SimStream(SimNetwork network, SocketAddress local, SocketAddress peer, SimFlow in, SimFlow out) {
        this.network = network;
        this.local = local;
        this.peer = peer;
        this.in = in;
        this.out = out;
        this.handshake = network.timer().alarm();
        in.join(out);
        out.join(in);
    }

    // ------------------------------------------------------------------------------------------------- connecting

    void beginConnect() {
        in.whenLinkChanges(this::wakeConnecting);
        out.whenLinkChanges(this::wakeConnecting);
        reachesServer = Timer.after(network.timer().nanos(), out.link().delay());
    }

    /// The other end of an accepted connection: connected from the start.
    static SimStream accepted(SimNetwork network, SimStream client) {
        var server = new SimStream(network, client.peer, client.local, client.out, client.in);
        server.arrived = true;
        server.answers = 0;
        return server;
    }

    @Override
    public boolean pollConnect(Context cx) throws IOException {
        failIfClosed();
        long now = network.timer().nanos();
        if (!arrived && !out.link().isCut() && now >= reachesServer) {
            arrived = true;
            arriveAtServer();
        }
        boolean answered = arrived && now >= answers && !in.link().isCut();
        if (!answered) {
            Waker waker = cx.waker();
            connecting = waker;
            long next = arrived ? answers : reachesServer;
            if (next > now && next != Link.NEVER) {
                handshake.arm(next, waker);
            }
            return false;
        }
        forgetWrite();
        if (refusal != null) {
            throw refusal;
        }
        return true;
    }

    private void arriveAtServer() {
        SimListener listener = network.listener(peer);
        if (listener == null || out.link().isRefused() || !listener.offer(this)) {
            refusal = new ConnectException("cannot connect to " + peer + ": Connection refused");
            answer();
        }
    }

    /// The server's side has the connection, or refuses it; the client learns it a delay later.
    void answer() {
        answers = Timer.after(network.timer().nanos(), in.link().delay());
        wakeConnecting();
    }

    private void wakeConnecting() {
        Waker waiting = connecting;
        if (waiting != null) {
            connecting = null;
            waiting.wake();
        }
    }

    // ------------------------------------------------------------------------------------------------- bytes

    @Override
    public int pollRead(Context cx, ByteBuffer target) throws IOException {
        failIfClosed();
        return in.pollRead(cx, target, this);
    }

    @Override
    public int pollWrite(Context cx, ByteBuffer source) throws IOException {
        failIfClosed();
        if (outputEnded) {
            throw new ClosedChannelException();
        }
        return out.pollWrite(cx, source, this);
    }

    @Override
    public boolean pollFlush(Context cx) throws IOException {
        failIfClosed();
        return true;
    }

    @Override
    public boolean pollShutdown(Context cx) throws IOException {
        shutdownOutput();
        return true;
    }

    @Override
    public void shutdownOutput() throws IOException {
        failIfClosed();
        if (!outputEnded) {
            outputEnded = true;
            out.end();
        }
    }

    @Override
    public void forgetRead() {
        in.forgetReader();
    }

    @Override
    public void forgetWrite() {
        handshake.disarm();
        connecting = null;
        out.forgetWriter();
    }

    // ------------------------------------------------------------------------------------------------- the socket

    private void failIfClosed() throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public SocketAddress localAddress() throws IOException {
        failIfClosed();
        return local;
    }

    @Override
    public SocketAddress peerAddress() throws IOException {
        failIfClosed();
        return peer;
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the option says what type its value has
    public <V> V option(SocketOption<V> option) throws IOException {
        failIfClosed();
        Object value = options.get(option);
        if (value == null) {
            throw new UnsupportedOperationException("option " + option.name() + " was not set on " + this);
        }
        return (V) value;
    }

    void keepOption(SocketOption<?> option, Object value) {
        options.put(option, value);
    }

    @Override
    public <V> void option(SocketOption<V> option, V value) throws IOException {
        failIfClosed();
        options.put(option, value);
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        handshake.disarm();
        network.closed(this);
        out.writerCloses();
        boolean lost = in.readerCloses();
        if (lost) {
            out.reset();
        } else if (!outputEnded) {
            outputEnded = true;
            out.end();
        }
    }

    @Override
    public String toString() {
        return "TcpStream[" + local + " to " + peer + "]";
    }
}
