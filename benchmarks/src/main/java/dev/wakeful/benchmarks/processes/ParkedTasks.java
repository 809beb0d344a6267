// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.processes;

import static dev.wakeful.Async.async;
import static dev.wakeful.Async.await;
import static dev.wakeful.Async.yieldNow;

import dev.wakeful.Future;
import dev.wakeful.TaskScope;
import dev.wakeful.benchmarks.coroutines.Coroutines;
import dev.wakeful.runtime.AsyncRuntime;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/// A process that lets many tasks wait and prints the heap that each takes.
public final class ParkedTasks {
    private static final int TASKS = 100_000;

    private ParkedTasks() {}

    /// The entry of the process.
    ///
    /// @param words the contestant, and how many functions deep a task waits
    /// @throws Exception when the tasks could not be made
    public static void main(String[] words) throws Exception {
        int depth = Integer.parseInt(words[1]);
        switch (words[0]) {
            case "wakeful" -> wakeful(depth);
            case "virtualThreads" -> virtualThreads(depth);
            case "kotlinx" -> {
                Coroutines.parked(10, depth, () -> {});
                long before = heap();
                Coroutines.parked(TASKS, depth, () -> print(before));
            }
            default -> throw new IllegalArgumentException("there are no parked tasks of " + words[0]);
        }
    }

    private static void print(long before) {
        System.out.printf(Locale.ROOT, "%.1f%n", (double) (heap() - before) / TASKS);
        System.out.flush();
        Runtime.getRuntime().halt(0); // what waits is left behind on purpose, and no report of it is wanted
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static void wakeful(int depth) throws Exception {
        AsyncRuntime.run(scope -> {
            park(scope, 10, depth);
            await(yieldNow());
            long before = heap();
            park(scope, TASKS, depth);
            await(yieldNow());
            print(before);
        });
    }

    private static void park(TaskScope scope, int number, int depth) {
        for (int i = 0; i < number; i++) {
            int a = i;
            scope.spawn(depth == 1 ? async(() -> await(Future.pending())) : first(a, a + 1L, "x"));
        }
    }

    private static Future<Integer> first(int a, long b, String c) {
        return async(() -> await(second(a + 1, b + 1, c)) + a + (int) b + c.length());
    }

    private static Future<Integer> second(int a, long b, String c) {
        return async(() -> await(third(a + 1, b + 1, c)) + a + (int) b + c.length());
    }

    private static Future<Integer> third(int a, long b, String c) {
        return async(() -> await(fourth(a + 1, b + 1, c)) + a + (int) b + c.length());
    }

    private static Future<Integer> fourth(int a, long b, String c) {
        return async(() -> await(fifth(a + 1, b + 1, c)) + a + (int) b + c.length());
    }

    private static Future<Integer> fifth(int a, long b, String c) {
        return async(() -> await(Future.<Integer>pending()) + a + (int) b + c.length());
    }

    private static void virtualThreads(int depth) throws InterruptedException {
        var all = new ArrayList<Thread>(TASKS + 10);
        start(all, 10, depth);
        long before = heap();
        start(all, TASKS, depth);
        print(before);
    }

    private static void start(List<Thread> all, int number, int depth) throws InterruptedException {
        var started = new CountDownLatch(number);
        for (int i = 0; i < number; i++) {
            int a = i;
            all.add(Thread.ofVirtual().start(() -> {
                started.countDown();
                int ignored = depth == 1 ? waitForEver() : callFirst(a, a + 1L, "x");
                System.out.println(ignored);
            }));
        }
        started.await();
        while (all.stream().anyMatch(thread -> thread.getState() != Thread.State.WAITING)) {
            Thread.onSpinWait();
        }
    }

    private static int waitForEver() {
        while (!Thread.interrupted()) {
            LockSupport.park();
        }
        return 0;
    }

    private static int callFirst(int a, long b, String c) {
        return callSecond(a + 1, b + 1, c) + a + (int) b + c.length();
    }

    private static int callSecond(int a, long b, String c) {
        return callThird(a + 1, b + 1, c) + a + (int) b + c.length();
    }

    private static int callThird(int a, long b, String c) {
        return callFourth(a + 1, b + 1, c) + a + (int) b + c.length();
    }

    private static int callFourth(int a, long b, String c) {
        return callFifth(a + 1, b + 1, c) + a + (int) b + c.length();
    }

    private static int callFifth(int a, long b, String c) {
        return waitForEver() + a + (int) b + c.length();
    }
}
