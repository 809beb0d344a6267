// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.operations;

import static dev.wakeful.Async.async;
import static dev.wakeful.Async.await;
import static dev.wakeful.Async.yieldNow;

import dev.wakeful.Future;
import dev.wakeful.benchmarks.coroutines.Coroutines;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/// Ten async functions, each of which awaits the next and adds one. The leaf looks a number up, and before that may
/// give way once. All as a user would write it. Each chain starts from the result of the one before: two chains cannot
/// overlap, so that it is the calls that are measured and not how well a loop of additions becomes vector code.
public class AwaitChain extends OnThreads {
    private static final int TIMES = 100_000;

    /// Whether the leaf gives way.
    @Param({"false", "true"})
    public boolean suspends;

    private Coroutines.Chain coroutines = new Coroutines.Chain(false, new int[64]);
    private final EventLoop loop = new EventLoop();
    private final int[] values = new int[64];

    /// Made by JMH.
    public AwaitChain() {}

    /// Makes what knows the parameter.
    @Setup
    public void setUp() {
        for (int i = 0; i < values.length; i++) {
            values[i] = i * 37;
        }
        coroutines = new Coroutines.Chain(suspends, values);
    }

    /// Async blocks.
    ///
    /// @return the last number
    /// @throws Exception never
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public int wakeful() throws Exception {
        return runtime().blockOn(async(() -> {
            int x = 0;
            for (int i = 0; i < TIMES; i++) {
                x = await(firstBlock(x & 63));
            }
            return x;
        }));
    }

    /// Plain calls on a virtual thread.
    ///
    /// @return the last number
    /// @throws Exception never
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public int virtualThreads() throws Exception {
        return VirtualThreads.call(() -> {
            int x = 0;
            for (int i = 0; i < TIMES; i++) {
                x = first(x & 63);
            }
            return x;
        });
    }

    /// Suspending functions.
    ///
    /// @return the last number
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public int kotlinx() {
        return coroutines.run(TIMES);
    }

    /// Stages.
    ///
    /// @return the last number
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public int completableFuture() {
        int x = 0;
        for (int i = 0; i < TIMES; i++) {
            x = loop.await(firstStage(x & 63));
        }
        return x;
    }

    private Future<Integer> firstBlock(int x) {
        return async(() -> await(secondBlock(x)) + 1);
    }

    private Future<Integer> secondBlock(int x) {
        return async(() -> await(thirdBlock(x)) + 1);
    }

    private Future<Integer> thirdBlock(int x) {
        return async(() -> await(fourthBlock(x)) + 1);
    }

    private Future<Integer> fourthBlock(int x) {
        return async(() -> await(fifthBlock(x)) + 1);
    }

    private Future<Integer> fifthBlock(int x) {
        return async(() -> await(sixthBlock(x)) + 1);
    }

    private Future<Integer> sixthBlock(int x) {
        return async(() -> await(seventhBlock(x)) + 1);
    }

    private Future<Integer> seventhBlock(int x) {
        return async(() -> await(eighthBlock(x)) + 1);
    }

    private Future<Integer> eighthBlock(int x) {
        return async(() -> await(ninthBlock(x)) + 1);
    }

    private Future<Integer> ninthBlock(int x) {
        return async(() -> await(leafBlock(x)) + 1);
    }

    private Future<Integer> leafBlock(int x) {
        return async(() -> {
            if (suspends) {
                await(yieldNow());
            }
            return values[x];
        });
    }

    private int first(int x) {
        return second(x) + 1;
    }

    private int second(int x) {
        return third(x) + 1;
    }

    private int third(int x) {
        return fourth(x) + 1;
    }

    private int fourth(int x) {
        return fifth(x) + 1;
    }

    private int fifth(int x) {
        return sixth(x) + 1;
    }

    private int sixth(int x) {
        return seventh(x) + 1;
    }

    private int seventh(int x) {
        return eighth(x) + 1;
    }

    private int eighth(int x) {
        return ninth(x) + 1;
    }

    private int ninth(int x) {
        return leaf(x) + 1;
    }

    private int leaf(int x) {
        if (suspends) {
            Thread.yield();
        }
        return values[x];
    }

    private CompletableFuture<Integer> firstStage(int x) {
        return secondStage(x).thenApply(y -> y + 1);
    }

    private CompletableFuture<Integer> secondStage(int x) {
        return thirdStage(x).thenApply(y -> y + 1);
    }

    private CompletableFuture<Integer> thirdStage(int x) {
        return fourthStage(x).thenApply(y -> y + 1);
    }

    private CompletableFuture<Integer> fourthStage(int x) {
        return fifthStage(x).thenApply(y -> y + 1);
    }

    private CompletableFuture<Integer> fifthStage(int x) {
        return sixthStage(x).thenApply(y -> y + 1);
    }

    private CompletableFuture<Integer> sixthStage(int x) {
        return seventhStage(x).thenApply(y -> y + 1);
    }

    private CompletableFuture<Integer> seventhStage(int x) {
        return eighthStage(x).thenApply(y -> y + 1);
    }

    private CompletableFuture<Integer> eighthStage(int x) {
        return ninthStage(x).thenApply(y -> y + 1);
    }

    private CompletableFuture<Integer> ninthStage(int x) {
        return leafStage(x).thenApply(y -> y + 1);
    }

    private CompletableFuture<Integer> leafStage(int x) {
        return suspends
                ? CompletableFuture.supplyAsync(() -> values[x], loop)
                : CompletableFuture.completedFuture(values[x]);
    }
}
