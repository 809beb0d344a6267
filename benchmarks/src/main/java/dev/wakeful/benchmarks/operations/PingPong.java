// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.operations;

import static dev.wakeful.Async.await;
import static java.util.Objects.requireNonNull;

import com.softwaremill.jox.Channel;
import dev.wakeful.TaskScope;
import dev.wakeful.benchmarks.coroutines.Coroutines;
import dev.wakeful.sync.Mpsc;
import java.util.concurrent.ArrayBlockingQueue;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/// Two tasks and two channels of one: a number goes there, and comes back.
public class PingPong extends OnThreads {
    private static final int TIMES = 20_000;

    /// Made by JMH.
    public PingPong() {}

    /// Two bounded channels.
    ///
    /// @return the sum
    /// @throws Exception never
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public long wakeful() throws Exception {
        return runtime().blockOn(TaskScope.call(scope -> {
            Mpsc<Integer> ping = Mpsc.bounded(1);
            Mpsc<Integer> pong = Mpsc.bounded(1);
            var pingReceiver = ping.receiver();
            var pongSender = pong.sender();
            scope.spawn(() -> {
                for (int i = 0; i < TIMES; i++) {
                    Integer next = await(pingReceiver.receive());
                    await(pongSender.send(requireNonNull(next)));
                }
            });
            var pingSender = ping.sender();
            var pongReceiver = pong.receiver();
            long sum = 0;
            for (int i = 0; i < TIMES; i++) {
                await(pingSender.send(i & 63));
                Integer next = await(pongReceiver.receive());
                sum += requireNonNull(next);
            }
            return sum;
        }));
    }

    /// Two virtual threads and the JDK's blocking queues.
    ///
    /// @return the sum
    /// @throws Exception never
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public long virtualThreads() throws Exception {
        return VirtualThreads.call(() -> {
            var ping = new ArrayBlockingQueue<Integer>(1);
            var pong = new ArrayBlockingQueue<Integer>(1);
            Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < TIMES; i++) {
                        pong.put(ping.take());
                    }
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            long sum = 0;
            for (int i = 0; i < TIMES; i++) {
                ping.put(i & 63);
                sum += pong.take();
            }
            return sum;
        });
    }

    /// Two virtual threads and jox's channels.
    ///
    /// @return the sum
    /// @throws Exception never
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public long jox() throws Exception {
        return VirtualThreads.call(() -> {
            Channel<Integer> ping = Channel.newBufferedChannel(1);
            Channel<Integer> pong = Channel.newBufferedChannel(1);
            Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < TIMES; i++) {
                        pong.send(ping.receive());
                    }
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            long sum = 0;
            for (int i = 0; i < TIMES; i++) {
                ping.send(i & 63);
                sum += pong.receive();
            }
            return sum;
        });
    }

    /// Two coroutines and two channels.
    ///
    /// @return the sum
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public long kotlinx() {
        return Coroutines.pingPong(threads, TIMES);
    }
}
