// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.util.List;
import java.util.Set;

/// The methods of the JDK, and of ours, that hold the thread they are called on.
final class BlockingCalls {
    private static final String IO =
            "the non-blocking classes of dev.wakeful.net, or blocking work on a virtual thread";
    private static final String FILES = "blocking work on a virtual thread";

    private BlockingCalls() {}

    /// Methods of a type that block.
    ///
    /// @param type the type that declares them, or a type above it
    /// @param methods their names
    /// @param instead what to use in a block
    record Row(String type, Set<String> methods, String instead) {}

    static final List<Row> ROWS = List.of(
            new Row("java.lang.Thread", Set.of("sleep"), "await(Time.sleep(...))"),
            new Row("java.lang.Thread", Set.of("join"), "a task, and await its JoinHandle"),
            new Row("java.util.concurrent.TimeUnit", Set.of("sleep"), "await(Time.sleep(...))"),
            new Row("java.util.concurrent.Future", Set.of("get", "join"), "a future of ours, and await"),
            new Row("java.util.concurrent.CompletableFuture", Set.of("get", "join"), "a future of ours, and await"),
            new Row("java.util.concurrent.CountDownLatch", Set.of("await"), "dev.wakeful.sync"),
            new Row("java.util.concurrent.CyclicBarrier", Set.of("await"), "dev.wakeful.sync"),
            new Row("java.util.concurrent.Phaser", Set.of("awaitAdvance", "arriveAndAwaitAdvance"), "dev.wakeful.sync"),
            new Row(
                    "java.util.concurrent.Semaphore",
                    Set.of("acquire", "acquireUninterruptibly"),
                    "dev.wakeful.sync.Semaphore"),
            new Row("java.util.concurrent.BlockingQueue", Set.of("put", "take"), "a channel of dev.wakeful.sync"),
            new Row(
                    "java.util.concurrent.ExecutorService",
                    Set.of("invokeAll", "invokeAny", "awaitTermination"),
                    "tasks of a scope"),
            new Row(
                    "java.util.concurrent.locks.Condition",
                    Set.of("await", "awaitNanos", "awaitUntil"),
                    "dev.wakeful.sync.Notify"),
            new Row(
                    "java.util.concurrent.locks.LockSupport",
                    Set.of("park", "parkNanos", "parkUntil"),
                    "a future, and its waker"),
            new Row("java.lang.Process", Set.of("waitFor"), FILES),
            new Row("java.net.Socket", Set.of("connect", "getInputStream", "getOutputStream"), IO),
            new Row("java.net.ServerSocket", Set.of("accept"), IO),
            new Row("java.net.DatagramSocket", Set.of("receive", "send"), IO),
            new Row("java.net.http.HttpClient", Set.of("send"), FILES),
            new Row("java.io.FileInputStream", Set.of("read", "readAllBytes", "readNBytes"), FILES),
            new Row("java.io.FileOutputStream", Set.of("write"), FILES),
            new Row("java.io.RandomAccessFile", Set.of("read", "readFully", "write"), FILES),
            new Row(
                    "java.nio.file.Files",
                    Set.of("copy", "readAllBytes", "readAllLines", "readString", "write", "writeString", "walk"),
                    FILES),
            new Row("dev.wakeful.runtime.AsyncRuntime", Set.of("blockOn"), "await"));
}
