// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Poll;
import dev.wakeful.net.TcpListener;
import dev.wakeful.net.TcpStream;
import dev.wakeful.spi.ListenerIo;
import dev.wakeful.spi.Network;
import dev.wakeful.spi.StreamIo;
import dev.wakeful.time.Time;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// A server that runs out of descriptors and gets them back: the program of [NoDescriptorsTest].
final class NoDescriptors {
    private static final int FAILURES = 5;
    private static final int CLIENTS = 20;

    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger ticks = new AtomicInteger();
    private final LinkedBlockingQueue<TcpStream> accepted = new LinkedBlockingQueue<>();
    private volatile boolean over;

    public static void main(String[] args) throws Exception {
        new NoDescriptors().serve(Kind.valueOf(args[0]));
    }

    private void serve(Kind kind) throws Exception {
        try (var runtime = kind.builder().build()) {
            var address = new LinkedBlockingQueue<SocketAddress>();
            var script = new Thread(() -> run(address), "script");
            script.setUncaughtExceptionHandler((_, failure) -> {
                failure.printStackTrace();
                System.exit(1);
            });
            script.start();
            runtime.spawn(Time.sleep(Duration.ofMillis(1)).then(_ -> tick()));
            runtime.blockOn((Future<Void>) new Serve(address));
            script.join();
        } catch (Throwable failure) { // the script would wait for ever
            failure.printStackTrace();
            System.exit(1);
        }
    }

    private Future<Void> tick() {
        ticks.getAndIncrement();
        return over ? Future.ready(null) : Time.sleep(Duration.ofMillis(1)).then(_ -> tick());
    }

    /// Listens, says where, and accepts what comes, until it is over.
    private final class Serve implements Future<Void> {
        private final LinkedBlockingQueue<SocketAddress> address;
        private final Future<TcpListener> binding =
                TcpListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        private TcpListener listener;
        private Future<TcpStream> accept;

        Serve(LinkedBlockingQueue<SocketAddress> address) {
            this.address = address;
        }

        @Override
        public Poll<Void> poll(Context outer) throws Exception {
            Context cx = outer.with(Network.KEY, new Counting(outer.get(Network.KEY)));
            if (listener == null && binding.poll(cx) instanceof Poll.Ready<TcpListener>(var bound)) {
                listener = bound;
                accept = listener.accept();
                address.add(listener.localAddress());
            }
            while (accept.poll(cx) instanceof Poll.Ready<TcpStream>(var socket)) {
                accepted.add(socket);
                accept = listener.accept();
                if (over) {
                    listener.close();
                    return Poll.ready(null);
                }
            }
            return Poll.pending();
        }
    }

    /// What the client does, and what comes of it.
    private void run(LinkedBlockingQueue<SocketAddress> bound) {
        try {
            SocketAddress address = bound.take();
            var first = SocketChannel.open(address);
            accepted.take().close();
            first.close();
            var last = SocketChannel.open();
            Deque<SocketChannel> clients = new ArrayDeque<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(SocketChannel.open());
            }
            var hogs = new ArrayList<FileInputStream>();
            do { // until one waits: the JVM may have given a descriptor back meanwhile
                takeAllDescriptors(hogs);
                failures.set(0);
                clients.remove().connect(address);
            } while (hasAccepted());
            long begin = System.nanoTime();
            while (failures.get() < 1 + FAILURES) {
                Thread.onSpinWait();
            }
            long millis = (System.nanoTime() - begin) / 1_000_000;
            int ticksBefore = ticks.get();
            while (ticks.get() == ticksBefore) {
                Thread.onSpinWait();
            }
            for (FileInputStream hog : hogs) {
                hog.close();
            }
            int failuresBefore = failures.get();
            accepted.take();
            System.out.println(
                    "attempts " + FAILURES + " in " + millis + " ms, after that " + (failures.get() - failuresBefore));
            over = true;
            last.connect(address);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// Waits until the connection was accepted, or could not be.
    private boolean hasAccepted() {
        while (failures.get() == 0) {
            if (accepted.poll() != null) {
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }

    private static void takeAllDescriptors(List<FileInputStream> hogs) {
        try {
            while (true) {
                hogs.add(new FileInputStream("/dev/null"));
            }
        } catch (IOException none) {
            // that was the last
        }
    }

    /// The network of the runtime, with accepts that fail counted.
    private final class Counting implements Network {
        private final Network network;

        Counting(Network network) {
            this.network = network;
        }

        @Override
        public ListenerIo listen(SocketAddress address, int backlog, Map<SocketOption<?>, Object> options)
                throws IOException {
            ListenerIo io = network.listen(address, backlog, options);
            return new ListenerIo() {
                @Override
                public StreamIo pollAccept(Context cx) throws IOException {
                    try {
                        return io.pollAccept(cx);
                    } catch (IOException none) {
                        failures.getAndIncrement();
                        throw none;
                    }
                }

                @Override
                public void forgetAccept() {
                    io.forgetAccept();
                }

                @Override
                public SocketAddress localAddress() {
                    return io.localAddress();
                }

                @Override
                public boolean isOpen() {
                    return io.isOpen();
                }

                @Override
                public void close() throws IOException {
                    io.close();
                }
            };
        }

        @Override
        public StreamIo connect(SocketAddress address, Map<SocketOption<?>, Object> options) throws IOException {
            return network.connect(address, options);
        }
    }
}
