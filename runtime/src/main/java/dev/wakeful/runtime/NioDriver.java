// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.spi.DatagramIo;
import dev.wakeful.spi.ListenerIo;
import dev.wakeful.spi.Network;
import dev.wakeful.spi.StreamIo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Readiness of sockets by a [Selector] that the thread which polls the tasks looks at.
///
/// The selector is opened for the first task that has to wait for a socket. All changes of interest are made by the
/// driving thread; another one posts them (see [WheelTimer] for the argument of posts).
final class NioDriver implements Network {
    private static final long NANOS_PER_MILLI = 1_000_000;

    /// The JDK's own choice of 50 makes a burst of connects wait for a second each; the system caps this at its limit.
    private static final int DEFAULT_BACKLOG = 4096;

    private static final Consumer<SelectionKey> ON_EVENT = NioDriver::onEvent;

    private final WheelTimer.Driving driving;
    private final AtomicReference<@Nullable NioSocket<?>> posts = new AtomicReference<>();
    private volatile @Nullable Selector selector;
    private volatile boolean closed;

    /// How many of the last look's events may wait for their task's turn. Used by the driving thread.
    private int unconsumed;

    NioDriver(WheelTimer.Driving driving) {
        this.driving = driving;
    }

    // ------------------------------------------------------------------------------------------------- sockets

    @Override
    public ListenerIo listen(SocketAddress address, int backlog, Map<SocketOption<?>, Object> options)
            throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        boolean bound = false;
        try {
            NioSocket.configure(channel, options);
            channel.bind(address, backlog == 0 ? DEFAULT_BACKLOG : backlog);
            bound = true;
            return new NioListener(this, channel);
        } catch (BindException e) {
            var named = new BindException("cannot listen on " + NioSocket.text(address) + ": " + e.getMessage());
            named.initCause(e);
            throw named;
        } finally {
            if (!bound) {
                channel.close();
            }
        }
    }

    @Override
    public StreamIo connect(SocketAddress address, Map<SocketOption<?>, Object> options) throws IOException {
        return NioStream.connect(this, SocketChannel.open(), address, options);
    }

    @Override
    public DatagramIo datagrams(SocketAddress address, Map<SocketOption<?>, Object> options) throws IOException {
        return NioDatagrams.open(this, address, options);
    }

    WheelTimer.Driving driving() {
        return driving;
    }

    void checkOpen(Object socket) throws IOException {
        if (closed) {
            throw new IOException("the runtime that " + socket + " belongs to was closed");
        }
    }

    void post(NioSocket<?> socket) {
        NioSocket<?> top;
        do {
            top = posts.get();
            socket.nextPost = top;
        } while (!posts.compareAndSet(top, socket));
        driving.unpark();
    }

    SelectionKey register(NioSocket<?> socket, int ops) throws IOException {
        checkOpen(socket);
        Selector open = selector;
        if (open == null) {
            open = Selector.open();
            selector = open;
        }
        return socket.channel.register(open, ops, socket);
    }

    // ------------------------------------------------------------------------------------------------- driving

    private static void onEvent(SelectionKey key) {
        try {
            ((NioSocket<?>) key.attachment()).onEvent(key.readyOps());
        } catch (CancelledKeyException _) {
            // another thread has just closed the channel, and has woken who waited
        }
    }

    /// Looks for events without blocking, on the beat of a busy thread: unless tasks that the last look woke have not
    /// had their turn yet. A socket whose event nobody has consumed would be reported once more, and then two system
    /// calls disarm and arm it; with a thousand busy connections that is most of them. One look gives a few hundred
    /// events at most, so the next is never far. Called by the driving thread.
    ///
    /// @param polls how many tasks were polled since the last beat
    void beat(int polls) {
        unconsumed -= polls;
        if (unconsumed <= 0) {
            turn();
        } else {
            takePosts();
        }
    }

    /// Looks for events without blocking. Called by the driving thread.
    void turn() {
        takePosts();
        Selector open = selector;
        if (open != null && !open.keys().isEmpty()) {
            select(open, 0);
        }
    }

    /// Whether there is a selector to block in; otherwise the thread parks.
    boolean selects() {
        takePosts();
        Selector open = selector;
        return open != null && !open.keys().isEmpty();
    }

    /// Blocks until there is an event, or [#unblock] is called, or the time is over. Called by the driving thread.
    void block(long nanos) {
        Selector open = selector;
        if (open != null) {
            select(open, nanos);
        }
    }

    private void select(Selector open, long nanos) {
        try {
            if (nanos <= 0) {
                unconsumed = open.selectNow(ON_EVENT);
            } else if (nanos == Long.MAX_VALUE) {
                unconsumed = open.select(ON_EVENT);
            } else {
                unconsumed = open.select(
                        ON_EVENT, Math.max(1, nanos / NANOS_PER_MILLI + (nanos % NANOS_PER_MILLI == 0 ? 0 : 1)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the selector failed", e);
        } catch (ClosedSelectorException _) {
            // closed by another thread, whose business what follows is
        }
    }

    /// Ends a [#block], also one that has not begun. Called by any thread.
    void unblock() {
        Selector open = selector;
        if (open != null) {
            open.wakeup();
        }
    }

    private void takePosts() {
        if (posts.get() == null) {
            return;
        }
        for (NioSocket<?> at = posts.getAndSet(null); at != null; ) {
            NioSocket<?> socket = at;
            at = socket.nextPost;
            socket.nextPost = null;
            socket.applyPosted();
        }
    }

    /// Whether a task waits for an event.
    boolean isAwaited() {
        Selector open = selector;
        if (open != null) {
            for (SelectionKey key : open.keys()) {
                if (key.attachment() instanceof NioSocket<?> socket && socket.isAwaited()) {
                    return true;
                }
            }
        }
        return false;
    }

    /// How many sockets are registered.
    int registrations() {
        Selector open = selector;
        return open == null ? 0 : open.keys().size();
    }

    /// Closes the sockets that are registered, and the selector. Called by the thread that drove last.
    void close() {
        closed = true;
        Selector open = selector;
        if (open == null) {
            return;
        }
        try {
            for (SelectionKey key : open.keys()) {
                key.channel().close();
                ((NioSocket<?>) key.attachment()).onClosed();
            }
            open.selectNow(); // gives the descriptors of closed channels back
            open.close();
            selector = null;
        } catch (IOException e) {
            throw new UncheckedIOException("the selector could not be closed", e);
        }
    }
}
