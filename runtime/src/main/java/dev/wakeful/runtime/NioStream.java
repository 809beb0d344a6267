// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.Context;
import dev.wakeful.spi.StreamIo;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A connected socket of an [NioDriver].
///
/// A heap buffer goes through a direct one that the JDK keeps for each thread; the piece is limited, so that this one
/// stays small however large the user's buffer is.
final class NioStream extends NioSocket<SocketChannel> implements StreamIo {
    private static final int LARGEST_HEAP_PIECE = 1 << 16;

    private volatile @Nullable SocketAddress local;
    private volatile @Nullable SocketAddress peer;
    private volatile boolean connecting;

    private NioStream(NioDriver driver, SocketChannel channel, @Nullable SocketAddress peer, boolean connecting) {
        super(driver, channel, new Readiness("read", true), new Readiness("write", !connecting));
        this.peer = peer;
        this.connecting = connecting;
    }

    static NioStream accepted(NioDriver driver, SocketChannel channel) throws IOException {
        boolean made = false;
        try {
            channel.configureBlocking(false);
            var stream = new NioStream(driver, channel, channel.getRemoteAddress(), false);
            made = true;
            return stream;
        } finally {
            if (!made) {
                channel.close();
            }
        }
    }

    static NioStream connect(
            NioDriver driver, SocketChannel channel, SocketAddress address, Map<SocketOption<?>, Object> options)
            throws IOException {
        boolean begun = false;
        try {
            configure(channel, options);
            boolean connected = channel.connect(address);
            begun = true;
            return new NioStream(driver, channel, address, !connected);
        } catch (ConnectException e) {
            throw named(e, address);
        } finally {
            if (!begun) {
                channel.close();
            }
        }
    }

    private static ConnectException named(IOException failure, @Nullable SocketAddress address) {
        var named = new ConnectException("cannot connect to " + text(address) + ": " + failure.getMessage());
        named.initCause(failure);
        return named;
    }

    // ------------------------------------------------------------------------------------------------- polls

    @Override
    public boolean pollConnect(Context cx) throws IOException {
        while (connecting) {
            driver.checkOpen(this);
            int seen = write.observe();
            if (Readiness.isReady(seen)) {
                if (finishConnect()) {
                    connecting = false;
                    break;
                }
                write.clear(seen);
            }
            if (waits(write, cx)) {
                return false;
            }
        }
        write.forget();
        return true;
    }

    private boolean finishConnect() throws IOException {
        try {
            return channel.finishConnect();
        } catch (ConnectException e) {
            throw named(e, peer);
        }
    }

    @Override
    public int pollRead(Context cx, ByteBuffer target) throws IOException {
        int room = target.remaining();
        if (room == 0) {
            return 0;
        }
        driver.checkOpen(this);
        while (true) {
            int seen = read.observe();
            if (Readiness.isReady(seen)) {
                int count = readPiece(target);
                if (count < 0 || count == room || count >= LARGEST_HEAP_PIECE) {
                    read.forget();
                    return count;
                }
                read.clear(seen);
                if (count > 0) {
                    read.forget();
                    return count;
                }
            }
            if (waits(read, cx)) {
                return PENDING;
            }
        }
    }

    private int readPiece(ByteBuffer target) throws IOException {
        int limit = target.limit();
        if (target.isDirect() || target.remaining() <= LARGEST_HEAP_PIECE) {
            return channel.read(target);
        }
        target.limit(target.position() + LARGEST_HEAP_PIECE);
        try {
            return channel.read(target);
        } finally {
            target.limit(limit);
        }
    }

    @Override
    public int pollWrite(Context cx, ByteBuffer source) throws IOException {
        int size = source.remaining();
        if (size == 0) {
            return 0;
        }
        driver.checkOpen(this);
        while (true) {
            int seen = write.observe();
            if (Readiness.isReady(seen)) {
                int count = writePiece(source);
                if (count == size || count >= LARGEST_HEAP_PIECE) {
                    write.forget();
                    return count;
                }
                write.clear(seen);
                if (count > 0) {
                    write.forget();
                    return count;
                }
            }
            if (waits(write, cx)) {
                return PENDING;
            }
        }
    }

    private int writePiece(ByteBuffer source) throws IOException {
        int limit = source.limit();
        if (source.isDirect() || source.remaining() <= LARGEST_HEAP_PIECE) {
            return channel.write(source);
        }
        source.limit(source.position() + LARGEST_HEAP_PIECE);
        try {
            return channel.write(source);
        } finally {
            source.limit(limit);
        }
    }

    @Override
    public boolean pollFlush(Context cx) {
        return true; // what a write accepted is with the system already
    }

    @Override
    public boolean pollShutdown(Context cx) throws IOException {
        shutdownOutput();
        return true;
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public void forgetRead() {
        read.forget();
    }

    @Override
    public void forgetWrite() {
        write.forget();
    }

    // ------------------------------------------------------------------------------------------------- the rest

    @Override
    public SocketAddress localAddress() throws IOException {
        SocketAddress known = local;
        if (known == null) {
            known = channel.getLocalAddress();
            local = known;
        }
        if (known == null) {
            throw new IOException(this + " is not bound");
        }
        return known;
    }

    @Override
    public SocketAddress peerAddress() throws IOException {
        SocketAddress known = peer;
        if (known == null) {
            throw new IOException(this + " is not connected");
        }
        return known;
    }

    @Override
    int readOps() {
        return SelectionKey.OP_READ;
    }

    @Override
    int writeOps() {
        return connecting ? SelectionKey.OP_CONNECT : SelectionKey.OP_WRITE;
    }

    @Override
    public String toString() {
        return "TcpStream[" + text(peer) + (channel.isOpen() ? "]" : ", closed]");
    }
}
