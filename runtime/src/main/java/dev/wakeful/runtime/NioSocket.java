// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A socket of an [NioDriver]: its registration with the selector, made when a task first has to wait.
///
/// Its home is the driver of the worker on which a task first waited for it. It stays there: an event queues the task
/// on that worker, so a task that was stolen comes home with the next event.
abstract class NioSocket {
    /// The driver that made it.
    final NioDriver driver;

    private final AtomicReference<@Nullable NioDriver> home = new AtomicReference<>();
    final Readiness read;
    final Readiness write;
    private final AtomicBoolean posted = new AtomicBoolean();

    /// The link of the driver's posts.
    @Nullable
    NioSocket nextPost;

    private @Nullable SelectionKey key;

    /// Why the selector could not listen, when the driving thread found that out: for the next one who wants it to.
    private final AtomicReference<@Nullable IOException> refused = new AtomicReference<>();

    NioSocket(NioDriver driver, Readiness read, Readiness write) {
        this.driver = driver;
        this.read = read;
        this.write = write;
    }

    abstract SelectableChannel channel();

    /// The interest that an armed `read` stands for.
    abstract int readOps();

    /// The interest that an armed `write` stands for.
    abstract int writeOps();

    /// Has the selector listen for what is armed, lately this direction, for a task that waits for it. When that cannot
    /// be, as where no descriptor is left for the selector, nothing is armed and nobody waits: the task may try again.
    final void update(Readiness direction) throws IOException {
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
        if (!channel().isOpen()) {
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

    /// The channel was closed by a task: the selector gives the descriptor back when it looks the next time.
    final void closedByTask() {
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
