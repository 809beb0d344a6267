// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.Context;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A socket of an [NioDriver]: its registration with the selector, made when a task first has to wait.
///
/// Its home is the driver of the worker on which a task first waited for it. It stays there: an event queues the task
/// on that worker, so a task that was stolen comes home with the next event.
abstract class NioSocket<C extends SelectableChannel & NetworkChannel> {
    /// The driver that made it.
    final NioDriver driver;

    final C channel;

    private final AtomicReference<@Nullable NioDriver> home = new AtomicReference<>();
    final Readiness read;
    final Readiness write;
    private final AtomicBoolean posted = new AtomicBoolean();

    /// The link of the driver's posts.
    @Nullable
    NioSocket<?> nextPost;

    private @Nullable SelectionKey key;

    /// Why the selector could not listen, when the driving thread found that out: for the next one who wants it to.
    private final AtomicReference<@Nullable IOException> refused = new AtomicReference<>();

    NioSocket(NioDriver driver, C channel, Readiness read, Readiness write) {
        this.driver = driver;
        this.channel = channel;
        this.read = read;
        this.write = write;
    }

    /// Makes a channel ready for a driver, with its options.
    static <C extends SelectableChannel & NetworkChannel> void configure(
            C channel, Map<SocketOption<?>, Object> options) throws IOException {
        channel.configureBlocking(false);
        for (Map.Entry<SocketOption<?>, Object> option : options.entrySet()) {
            channel.setOption(untyped(option.getKey()), option.getValue());
        }
    }

    @SuppressWarnings("unchecked") // setOption checks the type of the value itself
    private static SocketOption<Object> untyped(SocketOption<?> option) {
        return (SocketOption<Object>) option;
    }

    static String text(@Nullable SocketAddress address) {
        if (address instanceof InetSocketAddress inet && !inet.isUnresolved()) {
            String host = inet.getAddress().getHostAddress();
            return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + inet.getPort();
        }
        return String.valueOf(address);
    }

    /// The interest that an armed `read` stands for.
    abstract int readOps();

    /// The interest that an armed `write` stands for.
    abstract int writeOps();

    /// Registers the waker and says whether to wait; when not, there is something to try again.
    final boolean waits(Readiness direction, Context cx) throws IOException {
        checkOpen();
        direction.register(cx, this);
        if (direction.arm()) {
            update(direction);
        }
        return !Readiness.isReady(direction.observe());
    }

    final void checkOpen() throws ClosedChannelException {
        if (!channel.isOpen()) {
            throw new ClosedChannelException();
        }
    }

    /// Has the selector listen for what is armed, lately this direction, for a task that waits for it. When that cannot
    /// be, as where no descriptor is left for the selector, nothing is armed and nobody waits: the task may try again.
    private void update(Readiness direction) throws IOException {
        boolean listens = false;
        try {
            IOException before = refused.getAndSet(null);
            if (before != null) {
                throw before;
            }
            update();
            listens = true;
        } finally {
            if (!listens) {
                direction.disarm();
                direction.forget();
            }
        }
    }

    private void update() throws IOException {
        NioDriver mine = home();
        if (mine.driving().enter()) {
            try {
                apply(mine);
            } finally {
                mine.driving().leave();
            }
        } else if (posted.compareAndSet(false, true)) {
            mine.post(this);
        }
    }

    /// The driver that listens for it, from the first wait on.
    private NioDriver home() {
        NioDriver chosen = home.get();
        if (chosen == null) {
            home.compareAndSet(null, driver.driving().nearest(driver));
            chosen = Objects.requireNonNull(home.get());
        }
        return chosen;
    }

    final void applyPosted() {
        posted.set(false);
        try {
            apply(home());
        } catch (IOException e) { // the channel is closed, or there is no selector; its tasks find out when they try
            refused.set(e);
            read.disarm();
            write.disarm();
            onClosed();
        }
    }

    private void apply(NioDriver mine) throws IOException {
        int ops = (read.isArmed() ? readOps() : 0) | (write.isArmed() ? writeOps() : 0);
        if (!channel.isOpen()) {
            onClosed();
        } else if (key == null) {
            if (ops != 0) {
                key = mine.register(this, ops);
            }
        } else {
            listenFor(ops, key);
        }
    }

    private void listenFor(int ops, SelectionKey key) {
        try {
            if (key.isValid() && key.interestOps() != ops) {
                key.interestOps(ops);
            }
        } catch (CancelledKeyException _) {
            onClosed(); // another thread has just closed the channel
        }
    }

    /// An event. Called by the driving thread.
    final void onEvent(int ops) {
        boolean change = false;
        if ((ops & (SelectionKey.OP_READ | SelectionKey.OP_ACCEPT)) != 0) {
            change = read.onEvent();
        }
        if ((ops & (SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT)) != 0) {
            change |= write.onEvent();
        }
        if (change) {
            applyPosted();
        }
    }

    final void onClosed() {
        read.wakeForGood();
        write.wakeForGood();
    }

    public <V> V option(SocketOption<V> option) throws IOException {
        return channel.getOption(option);
    }

    public <V> void option(SocketOption<V> option, V value) throws IOException {
        channel.setOption(option, value);
    }

    public boolean isOpen() {
        return channel.isOpen();
    }

    /// Called by a task: the selector gives the descriptor back when it looks the next time.
    public void close() throws IOException {
        channel.close();
        onClosed();
        NioDriver registered = home.get();
        if (registered != null) {
            registered.driving().unpark();
        }
    }

    final boolean isAwaited() {
        return read.isAwaited() || write.isAwaited();
    }
}
