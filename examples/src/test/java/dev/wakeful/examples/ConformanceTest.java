// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.examples;

import dev.wakeful.Future;
import dev.wakeful.io.AsyncRead;
import dev.wakeful.io.AsyncWrite;
import dev.wakeful.net.TcpListener;
import dev.wakeful.net.TcpStream;
import dev.wakeful.runtime.AsyncRuntime;
import dev.wakeful.sync.Mpmc;
import dev.wakeful.sync.Mpsc;
import dev.wakeful.sync.Mutex;
import dev.wakeful.sync.Receiver;
import dev.wakeful.sync.RwLock;
import dev.wakeful.sync.Semaphore;
import dev.wakeful.sync.Sender;
import dev.wakeful.testkit.BytesContract;
import dev.wakeful.testkit.ChannelContract;
import dev.wakeful.testkit.LockContract;
import dev.wakeful.testkit.TestRuntime;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The library's own locks, channels and streams go through the suites that are there for everybody's.
class ConformanceTest {
    @TestFactory
    Stream<DynamicTest> aMutexIsALock() {
        return LockContract.of(() -> new Mutex()::lock).tests();
    }

    @TestFactory
    Stream<DynamicTest> aSemaphoreOfOneIsALock() {
        return LockContract.of(() -> new Semaphore(1)::acquire).tests();
    }

    @TestFactory
    Stream<DynamicTest> theWritersOfAReadWriteLockShareALock() {
        return LockContract.of(() -> new RwLock()::write).tests();
    }

    private record Channel(Sender<Integer> sender, Receiver<Integer> receiver, int capacity)
            implements ChannelContract.Subject {
        @Override
        public Future<?> send(int value) {
            return sender.send(value);
        }

        @Override
        public Future<@Nullable Integer> receive() {
            return receiver.receive();
        }

        @Override
        public void close() {
            sender.close();
        }
    }

    @TestFactory
    Stream<DynamicTest> channelsForOneReceiverAreChannels() {
        return Stream.of(1, 2, 7)
                .flatMap(capacity -> ChannelContract.of(() -> {
                            var channel = Mpsc.<Integer>bounded(capacity);
                            return new Channel(channel.sender(), channel.receiver(), capacity);
                        })
                        .tests());
    }

    @TestFactory
    Stream<DynamicTest> channelsForManyReceiversAreChannels() {
        return Stream.of(1, 2)
                .flatMap(capacity -> ChannelContract.of(() -> {
                            var channel = Mpmc.<Integer>bounded(capacity);
                            return new Channel(channel.sender(), channel.receiver(), capacity);
                        })
                        .tests());
    }

    // ------------------------------------------------------------------------------------------------- sockets

    /// Two ends of a TCP connection, and who runs what awaits them.
    private static final class Connection implements BytesContract.Subject {
        private final Runner runner;
        private final TcpListener listener;
        private final TcpStream client;
        private final TcpStream server;

        interface Runner extends AutoCloseable {
            <T extends @Nullable Object> T blockOn(Future<T> future) throws Exception;
        }

        Connection(Runner runner) {
            this.runner = runner;
            try {
                listener = runner.blockOn(TcpListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
                client = runner.blockOn(TcpStream.connect(listener.localAddress()));
                server = runner.blockOn(listener.accept());
            } catch (Exception failure) {
                throw new AssertionError("no connection", failure);
            }
        }

        @Override
        public AsyncWrite writer() {
            return client;
        }

        @Override
        public AsyncRead reader() {
            return server;
        }

        @Override
        public <T extends @Nullable Object> T run(Future<T> future) throws Exception {
            return runner.blockOn(future);
        }

        @Override
        public void close() throws Exception {
            client.close();
            server.close();
            listener.close();
            runner.close();
        }
    }

    @TestFactory
    Stream<DynamicTest> aTcpConnectionIsAStreamOfBytes() {
        return BytesContract.of(() -> {
                    AsyncRuntime runtime =
                            AsyncRuntime.currentThread().name("bytes").build();
                    return new Connection(new Connection.Runner() {
                        @Override
                        public <T extends @Nullable Object> T blockOn(Future<T> future) throws Exception {
                            return runtime.blockOn(future);
                        }

                        @Override
                        public void close() {
                            runtime.close();
                        }
                    });
                })
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> aSimulatedConnectionIsAStreamOfBytes() {
        return Stream.of(false, true)
                .flatMap(partial -> BytesContract.of(() -> {
                            TestRuntime runtime = TestRuntime.create();
                            runtime.network().partialTransfers(partial);
                            return new Connection(new Connection.Runner() {
                                @Override
                                public <T extends @Nullable Object> T blockOn(Future<T> future) throws Exception {
                                    return runtime.blockOn(future);
                                }

                                @Override
                                public void close() {
                                    runtime.close();
                                }
                            });
                        })
                        .tests());
    }
}
