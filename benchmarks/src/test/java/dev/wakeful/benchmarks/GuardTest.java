// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.wakeful.benchmarks.operations.AwaitChain;
import dev.wakeful.benchmarks.operations.Channels;
import dev.wakeful.benchmarks.operations.Locks;
import dev.wakeful.benchmarks.operations.OnThreads;
import dev.wakeful.benchmarks.operations.Permits;
import dev.wakeful.benchmarks.operations.PingPong;
import dev.wakeful.benchmarks.operations.Spawn;
import dev.wakeful.benchmarks.operations.Timeouts;
import dev.wakeful.benchmarks.operations.Yield;
import java.lang.management.ManagementFactory;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/// Keeps the figures from slipping, on any machine: the bytes that an operation allocates, and its processor time in
/// units of a loop of atomic increments on the same thread. The bounds on time are wide, since only a slip to a
/// multiple is meant to be found here; `wakeful bench` finds the others.
class GuardTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long LEAST_NANOS = 500_000_000;
    private static final long MOST_NANOS = 5_000_000_000L;
    private static final int STEADY_ROUNDS = 4;

    /// A workload of ours and what it may cost.
    ///
    /// @param workload the JMH class, ready to run
    /// @param run its method of ours
    /// @param bytes what an operation may allocate
    /// @param loops what an operation may take, in turns of the calibration loop
    private record Guarded(String name, OnThreads workload, Callable<?> run, double bytes, double loops) {
        @Override
        public String toString() {
            return name;
        }

        int operations() throws NoSuchMethodException {
            return workload.getClass()
                    .getMethod("wakeful")
                    .getAnnotation(OperationsPerInvocation.class)
                    .value();
        }
    }

    static Stream<Guarded> guarded() {
        var ready = chain(false);
        var pending = chain(true);
        var spawn = new Spawn();
        var yield = new Yield();
        var pingPong = new PingPong();
        var one = channel(1);
        var four = channel(4);
        var mutex = new Locks();
        var semaphore = new Permits();
        var timeout = new Timeouts();
        return Stream.of(
                new Guarded("chain-ready", ready, ready::wakeful, 150, 30),
                new Guarded("chain-pending", pending, pending::wakeful, 526, 180),
                new Guarded("spawn", spawn, spawn::wakeful, 128, 330),
                new Guarded("yield", yield, yield::wakeful, 41, 90),
                new Guarded("ping-pong", pingPong, pingPong::wakeful, 208, 380),
                new Guarded("channel-1", one, one::wakeful, 104, 95),
                new Guarded("channel-4", four, four::wakeful, 104, 95),
                new Guarded("mutex", mutex, mutex::wakeful, 56, 60),
                new Guarded("semaphore", semaphore, semaphore::wakeful, 56, 60),
                new Guarded("timeout-ready", timeout, timeout::wakeful, 96, 120));
    }

    private static AwaitChain chain(boolean suspends) {
        var chain = new AwaitChain();
        chain.suspends = suspends;
        chain.setUp();
        return chain;
    }

    private static Channels channel(int senders) {
        var channels = new Channels();
        channels.senders = senders;
        return channels;
    }

    @ParameterizedTest
    @MethodSource
    void guarded(Guarded guarded) throws Exception {
        Cost loop = least(GuardTest::increments, 1_000_000);
        Cost cost = least(guarded.run(), guarded.operations());
        guarded.workload().close();
        double loops = cost.nanos() / loop.nanos();
        System.out.printf("%s: %.2f bytes, %.2f loops of %.2f ns%n", guarded, cost.bytes(), loops, loop.nanos());
        assertTrue(
                cost.bytes() <= guarded.bytes() + 0.5,
                () -> guarded + " may allocate " + guarded.bytes() + " bytes, but took " + cost.bytes());
        assertTrue(
                loops <= guarded.loops(),
                () -> guarded + " may take " + guarded.loops() + " turns of the loop, but took " + loops);
    }

    @Test
    void anAllocationInALoopIsCounted() throws Exception {
        var kept = new Object[1];
        Cost cost = least(
                () -> {
                    for (int i = 0; i < 100_000; i++) {
                        kept[0] = new byte[8];
                    }
                    return kept[0];
                },
                100_000);
        assertEquals(24, cost.bytes(), 0.5);
    }

    /// What one operation took where it took least.
    private record Cost(double bytes, double nanos) {}

    /// Runs until the JIT compiler has nothing left to gain: no round of the last few was better than those before, and
    /// it had the time to compile, which for short rounds is that of hundreds of them.
    private static Cost least(Callable<?> run, int operations) throws Exception {
        double bytes = Double.MAX_VALUE;
        double nanos = Double.MAX_VALUE;
        int steady = 0;
        long begin = THREADS.getCurrentThreadCpuTime();
        long spent = 0;
        while (spent < MOST_NANOS && (spent < LEAST_NANOS || steady < STEADY_ROUNDS)) {
            long bytesBefore = THREADS.getCurrentThreadAllocatedBytes();
            long nanosBefore = THREADS.getCurrentThreadCpuTime();
            Object result = run.call();
            double nanosNow = (double) (THREADS.getCurrentThreadCpuTime() - nanosBefore) / operations;
            double bytesNow = (double) (THREADS.getCurrentThreadAllocatedBytes() - bytesBefore) / operations;
            assertTrue(result != null, "a workload gives a result");
            steady = bytesNow < bytes - 0.5 || nanosNow < nanos * 0.97 ? 0 : steady + 1;
            bytes = Math.min(bytes, bytesNow);
            nanos = Math.min(nanos, nanosNow);
            spent = THREADS.getCurrentThreadCpuTime() - begin;
        }
        return new Cost(bytes, nanos);
    }

    private static Long increments() {
        var counter = new AtomicLong();
        for (int i = 0; i < 1_000_000; i++) {
            counter.incrementAndGet();
        }
        return counter.get();
    }
}
