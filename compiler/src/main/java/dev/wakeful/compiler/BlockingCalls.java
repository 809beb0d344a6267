// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeMirror;
import org.jspecify.annotations.Nullable;

/// The methods of the JDK, and of ours, that hold the thread they are called on.
///
/// `Lock.lock` is not among them: a lock that is held for a few instructions is fine in a block, and one that is held
/// across an await has a warning of its own.
final class BlockingCalls {
    private static final String WORK =
            "await(Blocking.blocking(() -> ...)) of dev.wakeful.spi, which runs it on a thread of its own";
    private static final String CONNECT = "await(TcpStream.connect(...)) of dev.wakeful.net";
    private static final String TASKS = "scope.spawn(...), and await its JoinHandle";
    private static final String CHANNEL = "a channel of dev.wakeful.sync, such as Mpsc";
    private static final String BLOCKING = "Blocking";
    private static final String CONSTRUCTOR = "new";

    /// Streams and readers that only look into memory.
    private static final List<String> IN_MEMORY =
            List.of("java.io.ByteArrayInputStream", "java.io.StringReader", "java.io.CharArrayReader");

    /// Methods of a type that block.
    ///
    /// @param type the type that declares them, or a type above it
    /// @param methods their names, with a slash and the number of parameters where others of the name do not block
    /// @param instead what to use in a block
    private record Row(String type, List<String> methods, String instead) {}

    private static Row row(String type, String methods, String instead) {
        return new Row(type, List.of(methods.split(" ", -1)), instead);
    }

    private static final List<Row> ROWS = List.of(
            row("java.lang.Thread", "sleep", "await(Time.sleep(...))"),
            row("java.lang.Thread", "join", TASKS),
            row("java.lang.Object", "wait", "dev.wakeful.sync.Notify: await(notify.notified())"),
            row("java.lang.Process", "waitFor", WORK),
            row("java.util.concurrent.TimeUnit", "sleep", "await(Time.sleep(...))"),
            row("java.util.concurrent.TimeUnit", "timedJoin", TASKS),
            row(
                    "java.util.concurrent.Future",
                    "get join invoke",
                    "await on a dev.wakeful.Future; another library's future can complete a dev.wakeful.sync.Oneshot"),
            row("java.util.concurrent.ForkJoinPool", "invoke", TASKS),
            row("java.util.concurrent.CountDownLatch", "await", "dev.wakeful.sync.CountDownLatch: await(latch.zero())"),
            row("java.util.concurrent.CyclicBarrier", "await", "dev.wakeful.sync.Barrier: await(barrier.arrive())"),
            row(
                    "java.util.concurrent.Phaser",
                    "awaitAdvance awaitAdvanceInterruptibly arriveAndAwaitAdvance",
                    "dev.wakeful.sync.Barrier: await(barrier.arrive())"),
            row("java.util.concurrent.Exchanger", "exchange", "dev.wakeful.sync.Rendezvous"),
            row(
                    "java.util.concurrent.Semaphore",
                    "acquire acquireUninterruptibly tryAcquire/2 tryAcquire/3",
                    "dev.wakeful.sync.Semaphore: await(semaphore.acquire())"),
            row(
                    "java.util.concurrent.BlockingQueue",
                    "put take putFirst putLast takeFirst takeLast transfer poll/2 offer/3",
                    CHANNEL),
            row("java.util.concurrent.CompletionService", "take poll/2", TASKS),
            row("java.util.concurrent.ExecutorService", "invokeAll invokeAny awaitTermination close", TASKS),
            row(
                    "java.util.concurrent.locks.Condition",
                    "await awaitNanos awaitUntil awaitUninterruptibly",
                    "dev.wakeful.sync.Condition: await(condition.awaitSignal(guard))"),
            row(
                    "java.util.concurrent.locks.LockSupport",
                    "park parkNanos parkUntil",
                    "a future that keeps the waker of its Context"),
            row("java.net.Socket", "new/2 new/3 new/4", CONNECT),
            row("java.net.Socket", "connect", CONNECT),
            row("java.net.Socket", "getInputStream getOutputStream", "dev.wakeful.net.TcpStream"),
            row("java.net.ServerSocket", "accept", "dev.wakeful.net.TcpListener: await(listener.accept())"),
            row("java.net.DatagramSocket", "receive send", "dev.wakeful.net.UdpSocket: await(socket.receive(...))"),
            row("java.net.InetAddress", "getByName getAllByName", "await(Dns.lookup(host)) of dev.wakeful.net"),
            row("java.net.URL", "openStream getContent", WORK),
            row("java.net.URLConnection", "connect getInputStream getContent", WORK),
            row("java.net.http.HttpClient", "send", WORK),
            row("java.io.InputStream", "read readAllBytes readNBytes skip skipNBytes transferTo", WORK),
            row("java.io.FileOutputStream", "write", WORK),
            row("java.io.Reader", "read readLine readAllLines readAllAsString transferTo", WORK),
            row("java.io.RandomAccessFile", "read readFully readLine write", WORK),
            row("java.lang.IO", "readln", WORK),
            row("java.io.Console", "readLine readPassword", WORK),
            row("java.nio.channels.Selector", "select", "dev.wakeful.net"),
            row("java.nio.channels.SocketChannel", "open/1", CONNECT),
            row("java.nio.channels.FileChannel", "read write transferTo transferFrom force lock", WORK),
            row(
                    "java.nio.file.Files",
                    "copy readAllBytes readAllLines readString lines write writeString walk walkFileTree find list"
                            + " mismatch",
                    WORK),
            row("java.sql.DriverManager", "getConnection", WORK),
            row("javax.sql.DataSource", "getConnection", WORK),
            row("java.sql.Statement", "execute executeQuery executeUpdate executeBatch", WORK),
            row("dev.wakeful.runtime.AsyncRuntime", "blockOn run call", "await"));

    private final Map<String, List<Row>> rows = new HashMap<>();

    /// The names of the methods, whatever their parameters, for a quick look.
    private final Set<String> names = new HashSet<>();

    private final TypeFacts facts;

    BlockingCalls(TypeFacts facts) {
        this.facts = facts;
        for (Row row : ROWS) {
            for (String method : row.methods) {
                List<Row> others = rows.get(method);
                if (others == null) {
                    others = new ArrayList<>();
                    rows.put(method, others);
                }
                others.add(row);
                int slash = method.indexOf('/');
                names.add(slash < 0 ? method : method.substring(0, slash));
            }
        }
    }

    /// What to write in the place of a call that blocks; null for one that does not.
    @Nullable
    String instead(ExecutableElement method) {
        String name = method.getKind() == ElementKind.CONSTRUCTOR
                ? CONSTRUCTOR
                : method.getSimpleName().toString();
        if (!(names.contains(name) || name.endsWith(BLOCKING))
                || !(method.getEnclosingElement() instanceof TypeElement owner)) {
            return null;
        }
        String found = instead(name, owner.asType());
        if (found == null) {
            found = instead(name + "/" + method.getParameters().size(), owner.asType());
        }
        if (found == null && isSpelledBlocking(name, owner)) {
            found = "await(" + name.substring(0, name.length() - BLOCKING.length()) + "(...))";
        }
        return found == null || isInMemory(owner.asType()) ? null : found;
    }

    private @Nullable String instead(String name, TypeMirror owner) {
        for (Row row : rows.getOrDefault(name, List.of())) {
            if (facts.isA(owner, row.type)) {
                return row.instead;
            }
        }
        return null;
    }

    /// The fourth spelling of an operation of ours, which holds the thread.
    private static boolean isSpelledBlocking(String name, TypeElement owner) {
        return name.endsWith(BLOCKING) && owner.getQualifiedName().toString().startsWith("dev.wakeful.sync.");
    }

    /// Whether it is a stream or a reader that only looks into memory.
    boolean isInMemory(TypeMirror type) {
        for (String name : IN_MEMORY) {
            if (facts.isA(type, name)) {
                return true;
            }
        }
        return false;
    }

    /// How a message names a method: `Thread.sleep`, `new Socket`.
    static String name(ExecutableElement method) {
        String owner = method.getEnclosingElement() instanceof TypeElement type
                ? type.getSimpleName().toString()
                : "";
        return method.getKind() == ElementKind.CONSTRUCTOR ? "new " + owner : owner + "." + method.getSimpleName();
    }
}
