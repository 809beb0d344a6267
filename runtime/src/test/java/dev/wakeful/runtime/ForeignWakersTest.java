// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Async;
import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Poll;
import dev.wakeful.Waker;
import dev.wakeful.internal.Throwing;
import dev.wakeful.net.TcpListener;
import dev.wakeful.net.TcpStream;
import dev.wakeful.spi.Blocking;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Wakers that throw what no waker may throw: whoever else is woken by the same event is woken, and the runtime goes
/// on.
@ParameterizedClass
@EnumSource(Kind.class)
class ForeignWakersTest {
    private static final Logger LOG = Logger.getLogger("dev.wakeful.runtime");

    private final Kind kind;

    ForeignWakersTest(Kind kind) {
        this.kind = kind;
    }

    @BeforeEach
    void logNothing() {
        LOG.setLevel(Level.OFF);
    }

    @AfterEach
    void logAgain() {
        LOG.setLevel(null);
    }

    /// Polls a future once, with a waker that throws a checked exception, and is ready when `done` says so.
    private static final class Broken implements Future<@Nullable Void> {
        private final Future<?> polled;
        private final AtomicBoolean waits;
        private @Nullable Waker kept;

        Broken(Future<?> polled, AtomicBoolean waits) {
            this.polled = polled;
            this.waits = waits;
        }

        @Override
        public Poll<@Nullable Void> poll(Context cx) throws Exception {
            if (kept == null) {
                kept = cx.waker();
                Waker throwing = () -> {
                    throw Throwing.sneak(new IOException("a waker that breaks its contract"));
                };
                assertFalse(polled.poll(cx.with(throwing)).isReady());
                waits.set(true);
            }
            kept = cx.waker();
            return Poll.pending();
        }
    }

    private static void runUntil(AsyncRuntime runtime, AtomicBoolean flag) throws Exception {
        while (!flag.get()) {
            runtime.blockOn(Async.yieldNow());
        }
    }

    @Test
    void blockingWorkEndsAndIsCountedOff() throws Exception {
        try (var runtime = kind.builder().build()) {
            var go = new CountDownLatch(1);
            Future<Integer> work = Blocking.blocking(() -> {
                go.await();
                return 7;
            });
            var waits = new AtomicBoolean();
            runtime.spawn(new Broken(work, waits));
            runUntil(runtime, waits);
            assertEquals(1, runtime.metrics().blockingWork());
            go.countDown();
            while (runtime.metrics().blockingWork() > 0) {
                Thread.onSpinWait();
            }
            assertEquals(8, runtime.blockOn(Blocking.blocking(() -> 8)));
        }
    }

    @Test
    void listenersThatAreReadyInTheSameLookAreAllSeen() throws Exception {
        var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var clients = new ArrayList<Socket>();
        try (var runtime = kind.builder().build()) {
            var good = new ArrayList<Future<TcpStream>>();
            var addresses = new ArrayList<InetSocketAddress>();
            for (int i = 0; i < 6; i++) {
                TcpListener listener = runtime.blockOn(TcpListener.bind(loopback));
                addresses.add((InetSocketAddress) listener.localAddress());
                if (i % 2 == 0) {
                    var waits = new AtomicBoolean();
                    runtime.spawn(new Broken(listener.accept(), waits));
                    runUntil(runtime, waits);
                } else {
                    good.add(runtime.spawn(listener.accept()));
                    Kind.settle(runtime);
                }
            }
            for (InetSocketAddress address : addresses) {
                clients.add(new Socket(address.getAddress(), address.getPort()));
            }
            for (Future<TcpStream> accepted : good) {
                runtime.blockOn(accepted).close();
            }
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    @Test
    void writerLearnsThatItsStreamIsClosedBesideABrokenReader() throws Exception {
        var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (var runtime = kind.builder().build()) {
            TcpListener listener = runtime.blockOn(TcpListener.bind(loopback));
            var address = (InetSocketAddress) listener.localAddress();
            try (var client = new Socket(address.getAddress(), address.getPort())) {
                assertTrue(client.isConnected());
                TcpStream stream = runtime.blockOn(listener.accept());
                var waits = new AtomicBoolean();
                runtime.spawn(new Broken(stream.read(ByteBuffer.allocate(1)), waits));
                runUntil(runtime, waits);
                var writes = runtime.spawn(stream.writeAll(ByteBuffer.allocate(64 << 20))); // more than buffers hold
                while (!runtime.dump().text().contains("waits for room on")) {
                    Kind.settle(runtime);
                }
                stream.close();
                assertThrows(IOException.class, () -> runtime.blockOn(writes));
            }
        }
    }
}
