// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.net;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.io.AsyncRead;
import dev.wakeful.io.AsyncWrite;
import dev.wakeful.spi.StreamIo;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A TCP connection. One task reads and one task writes at a time; [#split()] gives each its half.
///
/// The futures of reads and writes are handed out again after they have completed, so they are awaited once and not
/// kept.
///
/// {@snippet class="TcpExamples" region="echo"}
public final class TcpStream implements AsyncRead, AsyncWrite, AutoCloseable {
    private final StreamIo io;
    private final AtomicReference<@Nullable Transfer> spareRead = new AtomicReference<>();
    private final AtomicReference<@Nullable Transfer> spareWrite = new AtomicReference<>();
    private volatile @Nullable Transfer reading;
    private volatile @Nullable Transfer writing;

    TcpStream(StreamIo io) {
        this.io = io;
    }

    // ------------------------------------------------------------------------------------------------- connecting

    /// Connects to an address.
    ///
    /// Fails with [java.net.ConnectException], whose message names the address, when nobody listens there.
    ///
    /// ### Cancel safety
    ///
    /// The socket is closed.
    ///
    /// @param address the peer; a host name that was not resolved yet is resolved
    /// @return a future of the connection
    public static Future<TcpStream> connect(SocketAddress address) {
        return connect(address, Map.of());
    }

    /// Connects to an address with socket options that are set before.
    ///
    /// @param address the peer
    /// @param options the options, as [StandardSocketOptions] has them, and their values
    /// @return a future of the connection
    public static Future<TcpStream> connect(SocketAddress address, Map<SocketOption<?>, Object> options) {
        return new Connect(Objects.requireNonNull(address, "address must not be null"), Map.copyOf(options));
    }

    // ------------------------------------------------------------------------------------------------- reading

    @Override
    @SuppressWarnings("unchecked") // a READ is ready with an Integer
    public Future<Integer> read(ByteBuffer target) {
        return (Future<Integer>) (Future<?>) reader(Transfer.Kind.READ, target);
    }

    @Override
    @SuppressWarnings("unchecked") // ready with null
    public Future<@Nullable Void> readExactly(ByteBuffer target) {
        return (Future<@Nullable Void>) (Future<?>) reader(Transfer.Kind.READ_EXACTLY, target);
    }

    private Transfer reader(Transfer.Kind kind, ByteBuffer target) {
        return take(spareRead, kind, Objects.requireNonNull(target, "target must not be null"));
    }

    private Transfer take(AtomicReference<@Nullable Transfer> spares, Transfer.Kind kind, ByteBuffer buffer) {
        Transfer spare = spares.getAndSet(null);
        if (spare == null) {
            return new Transfer(this, kind, buffer);
        }
        spare.renew(kind, buffer);
        return spare;
    }

    @Override
    public int pollRead(Context cx, ByteBuffer target) throws IOException {
        if (!cx.hasBudget()) {
            return PENDING;
        }
        int count = io.pollRead(cx, target);
        if (count != PENDING) {
            cx.spendBudget();
        }
        return count;
    }

    @Override
    public void forgetRead() {
        io.forgetRead();
    }

    // ------------------------------------------------------------------------------------------------- writing

    @Override
    @SuppressWarnings("unchecked") // a WRITE is ready with an Integer
    public Future<Integer> write(ByteBuffer source) {
        return (Future<Integer>) (Future<?>) writer(Transfer.Kind.WRITE, source);
    }

    @Override
    @SuppressWarnings("unchecked") // ready with null
    public Future<@Nullable Void> writeAll(ByteBuffer source) {
        return (Future<@Nullable Void>) (Future<?>) writer(Transfer.Kind.WRITE_ALL, source);
    }

    private Transfer writer(Transfer.Kind kind, ByteBuffer source) {
        return take(spareWrite, kind, Objects.requireNonNull(source, "source must not be null"));
    }

    @Override
    public int pollWrite(Context cx, ByteBuffer source) throws IOException {
        if (!cx.hasBudget()) {
            return PENDING;
        }
        int count = io.pollWrite(cx, source);
        if (count != PENDING) {
            cx.spendBudget();
        }
        return count;
    }

    @Override
    public boolean pollFlush(Context cx) throws IOException {
        return io.pollFlush(cx);
    }

    @Override
    public boolean pollShutdown(Context cx) throws IOException {
        return io.pollShutdown(cx);
    }

    @Override
    public void forgetWrite() {
        io.forgetWrite();
    }

    /// As [#shutdown()]: flushes and ends the output, so that the peer reads the end of the stream. Reading goes on.
    ///
    /// @return the future
    public Future<@Nullable Void> shutdownOutput() {
        return shutdown();
    }

    // ------------------------------------------------------------------------------------------------- transfers

    void begin(Transfer transfer) {
        Transfer other = transfer.reads() ? reading : writing;
        if (other == transfer) {
            return;
        }
        if (other != null) {
            throw new IllegalStateException("a " + (transfer.reads() ? "read" : "write") + " is waiting already on "
                    + this + "; one task reads and one task writes at a time");
        }
        if (transfer.reads()) {
            reading = transfer;
        } else {
            writing = transfer;
        }
    }

    void complete(Transfer transfer) {
        if (reading == transfer) {
            reading = null;
            spareRead.set(transfer);
        } else if (writing == transfer) {
            writing = null;
            spareWrite.set(transfer);
        }
    }

    void giveUp(Transfer transfer) {
        if (reading == transfer) {
            reading = null;
            io.forgetRead();
        } else if (writing == transfer) {
            writing = null;
            io.forgetWrite();
        }
    }

    // ------------------------------------------------------------------------------------------------- halves

    /// Splits the connection for two tasks. The connection is closed when both halves are.
    ///
    /// @return the halves
    public Halves split() {
        return new Halves(this);
    }

    /// The address of this end.
    ///
    /// @return the address
    /// @throws IOException when the connection is closed
    public SocketAddress localAddress() throws IOException {
        return io.localAddress();
    }

    /// The address of the other end.
    ///
    /// @return the address
    /// @throws IOException when the connection is closed
    public SocketAddress peerAddress() throws IOException {
        return io.peerAddress();
    }

    // ------------------------------------------------------------------------------------------------- options

    /// The value of a socket option.
    ///
    /// @param <V> the type of the value
    /// @param option the option, as [StandardSocketOptions] has them
    /// @return its value
    /// @throws IOException when the connection is closed
    public <V> V option(SocketOption<V> option) throws IOException {
        return io.option(option);
    }

    /// Sets a socket option.
    ///
    /// @param <V> the type of the value
    /// @param option the option, as [StandardSocketOptions] has them
    /// @param value its value
    /// @return this stream
    /// @throws IOException when the connection is closed
    public <V> TcpStream option(SocketOption<V> option, V value) throws IOException {
        io.option(option, value);
        return this;
    }

    /// Whether small writes are sent at once.
    ///
    /// @return `true` when Nagle's algorithm is off
    /// @throws IOException when the connection is closed
    public boolean noDelay() throws IOException {
        return option(StandardSocketOptions.TCP_NODELAY);
    }

    /// Says whether small writes are sent at once.
    ///
    /// @param on `true` turns Nagle's algorithm off
    /// @return this stream
    /// @throws IOException when the connection is closed
    public TcpStream noDelay(boolean on) throws IOException {
        return option(StandardSocketOptions.TCP_NODELAY, on);
    }

    /// Whether the system probes an idle connection.
    ///
    /// @return `true` when it does
    /// @throws IOException when the connection is closed
    public boolean keepAlive() throws IOException {
        return option(StandardSocketOptions.SO_KEEPALIVE);
    }

    /// Says whether the system probes an idle connection.
    ///
    /// @param on whether it does
    /// @return this stream
    /// @throws IOException when the connection is closed
    public TcpStream keepAlive(boolean on) throws IOException {
        return option(StandardSocketOptions.SO_KEEPALIVE, on);
    }

    /// The size of the system's receive buffer.
    ///
    /// @return bytes
    /// @throws IOException when the connection is closed
    public int receiveBufferSize() throws IOException {
        return option(StandardSocketOptions.SO_RCVBUF);
    }

    /// Asks for a size of the system's receive buffer.
    ///
    /// @param bytes the size, positive
    /// @return this stream
    /// @throws IOException when the connection is closed
    public TcpStream receiveBufferSize(int bytes) throws IOException {
        return option(StandardSocketOptions.SO_RCVBUF, bytes);
    }

    /// The size of the system's send buffer.
    ///
    /// @return bytes
    /// @throws IOException when the connection is closed
    public int sendBufferSize() throws IOException {
        return option(StandardSocketOptions.SO_SNDBUF);
    }

    /// Asks for a size of the system's send buffer.
    ///
    /// @param bytes the size, positive
    /// @return this stream
    /// @throws IOException when the connection is closed
    public TcpStream sendBufferSize(int bytes) throws IOException {
        return option(StandardSocketOptions.SO_SNDBUF, bytes);
    }

    /// Ends the output at once, for a half that is closed.
    void endOutput() throws IOException {
        if (io.isOpen()) {
            io.shutdownOutput();
        }
    }

    /// Whether it is open at this end.
    ///
    /// @return `false` once it was closed
    public boolean isOpen() {
        return io.isOpen();
    }

    /// Closes it; a task that reads or writes gets a [java.nio.channels.ClosedChannelException].
    ///
    /// @throws IOException when the system reports an error
    @Override
    public void close() throws IOException {
        io.close();
    }

    @Override
    public String toString() {
        return io.toString();
    }
}
