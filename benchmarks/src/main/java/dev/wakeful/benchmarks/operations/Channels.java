// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.operations;

import static dev.wakeful.Async.await;
import static java.util.Objects.requireNonNull;

import com.softwaremill.jox.Channel;
import dev.wakeful.TaskScope;
import dev.wakeful.benchmarks.coroutines.Coroutines;
import dev.wakeful.sync.Mpsc;
import java.util.concurrent.ArrayBlockingQueue;
import org.jctools.queues.MpscArrayQueue;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;

/// Senders and one receiver over a channel of 128; the unit is a message.
public class Channels extends OnThreads {
    private static final int MESSAGES = 100_000;
    private static final int CAPACITY = 128;

    /// How many send.
    @Param({"1", "4"})
    public int senders;

    /// Made by JMH.
    public Channels() {}

    /// A bounded channel.
    ///
    /// @return the sum
    /// @throws Exception never
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long wakeful() throws Exception {
        int each = MESSAGES / senders;
        return runtime().blockOn(TaskScope.call(scope -> {
            Mpsc<Integer> channel = Mpsc.bounded(CAPACITY);
            var receiver = channel.receiver();
            var first = channel.sender();
            for (int s = 0; s < senders; s++) {
                var sender = first.copy();
                scope.spawn(() -> {
                    for (int i = 0; i < each; i++) {
                        await(sender.send(i & 63));
                    }
                });
            }
            long sum = 0;
            for (int i = 0; i < MESSAGES; i++) {
                Integer next = await(receiver.receive());
                sum += requireNonNull(next);
            }
            return sum;
        }));
    }

    /// Virtual threads and the JDK's blocking queue.
    ///
    /// @return the sum
    /// @throws Exception never
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long virtualThreads() throws Exception {
        int each = MESSAGES / senders;
        return VirtualThreads.call(() -> {
            var queue = new ArrayBlockingQueue<Integer>(CAPACITY);
            for (int s = 0; s < senders; s++) {
                Thread.ofVirtual().start(() -> {
                    try {
                        for (int i = 0; i < each; i++) {
                            queue.put(i & 63);
                        }
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
            }
            long sum = 0;
            for (int i = 0; i < MESSAGES; i++) {
                sum += queue.take();
            }
            return sum;
        });
    }

    /// Virtual threads and jox's channel.
    ///
    /// @return the sum
    /// @throws Exception never
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long jox() throws Exception {
        int each = MESSAGES / senders;
        return VirtualThreads.call(() -> {
            Channel<Integer> channel = Channel.newBufferedChannel(CAPACITY);
            for (int s = 0; s < senders; s++) {
                Thread.ofVirtual().start(() -> {
                    try {
                        for (int i = 0; i < each; i++) {
                            channel.send(i & 63);
                        }
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
            }
            long sum = 0;
            for (int i = 0; i < MESSAGES; i++) {
                sum += channel.receive();
            }
            return sum;
        });
    }

    /// Virtual threads and JCTools' queue, which cannot wait: who finds it full or empty gives way. The floor for a
    /// queue.
    ///
    /// @return the sum
    /// @throws Exception never
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long jctools() throws Exception {
        int each = MESSAGES / senders;
        return VirtualThreads.call(() -> {
            var queue = new MpscArrayQueue<Integer>(CAPACITY);
            for (int s = 0; s < senders; s++) {
                Thread.ofVirtual().start(() -> {
                    for (int i = 0; i < each; i++) {
                        while (!queue.offer(i & 63)) {
                            Thread.yield();
                        }
                    }
                });
            }
            long sum = 0;
            for (int i = 0; i < MESSAGES; i++) {
                Integer next = queue.poll();
                while (next == null) {
                    Thread.yield();
                    next = queue.poll();
                }
                sum += next;
            }
            return sum;
        });
    }

    /// A bounded channel of coroutines.
    ///
    /// @return the sum
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long kotlinx() {
        return Coroutines.channel(senders, CAPACITY, MESSAGES);
    }
}
