// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.snippets;

import static dev.wakeful.Async.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Future;
import dev.wakeful.Futures.Outcome;
import dev.wakeful.TaskScope;
import dev.wakeful.Waker;
import dev.wakeful.net.TcpListener;
import dev.wakeful.net.TcpStream;
import dev.wakeful.runtime.AsyncRuntime;
import dev.wakeful.sync.Mpsc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Runs the examples that the documentation comments point to, and finds those that point nowhere.
class SnippetsTest {
    private static final Path ROOT = Path.of(System.getProperty("wakeful.root", ".."));
    private static final Pattern SNIPPET = Pattern.compile("\\{@snippet class=\"(\\w+)\" region=\"(\\w+)\"}");

    private static <T> T run(Future<T> future) throws Exception {
        return AsyncRuntime.call(scope -> await(future));
    }

    @Test
    void asyncAndAwait() throws Exception {
        assertEquals("Hello, world", run(AsyncExamples.greet("world")));
    }

    @Test
    void aFutureWrittenByHand() throws Exception {
        assertEquals("third", run(new FutureExamples.ThirdPoll()));
    }

    @Test
    void aCheckedFuture() throws Exception {
        var answer = new FutureExamples.Answer();
        Thread.ofVirtual().start(() -> answer.give("42"));
        assertEquals("42", run(answer));
        assertThrows(IllegalStateException.class, () -> run(answer));
    }

    @Test
    void aFlag() {
        var flag = new WakerCellExamples.Flag();
        var woken = new boolean[1];
        assertFalse(flag.pollSet(Waker.of(() -> woken[0] = true)));
        flag.set();
        assertTrue(woken[0]);
        assertTrue(flag.pollSet(Waker.noop()));
    }

    @Test
    void aJoin() throws Exception {
        assertEquals("Home: 7 visits", run(FuturesExamples.page(Future.ready("Home"), Future.ready(7))));
    }

    @Test
    void aBoundedSet() throws Exception {
        var keys = List.of("1", "2", "x", "4", "5", "6");
        Future<Integer> sum = FutureSetExamples.sum(keys, key -> {
            return key.equals("x") ? Future.failed(new IOException(key)) : Future.ready(Integer.valueOf(key));
        });
        assertEquals(18, run(sum));
    }

    @Test
    void aFanOut() throws Exception {
        assertEquals("there", run(TaskScopeExamples.fastest(Future.pending(), Future.ready("there"))));
        assertEquals(3, run(TaskScopeExamples.inTime(Future.ready(5), Future.ready(2))));
        assertTrue(run(TaskScope.join(new TaskScopeExamples.Quorum(2), scope -> {
            scope.spawn(Future.ready(true));
            scope.spawn(Future.pending());
            scope.spawn(Future.ready(true));
        })));
        assertEquals(3, run(TaskScopeExamples.total(Future.ready(5), Future.ready(2))));
        var failure = assertThrows(
                IllegalStateException.class,
                () -> run(TaskScopeExamples.total(TaskScopeExamples.failing(), Future.pending())));
        assertEquals("no orders", failure.getMessage());
    }

    @Test
    void aTracker() throws Exception {
        run(TaskTrackerExamples.drain(List.of(Future.ready(1), Future.ready("two")), Future.pending()));
    }

    @Test
    void aTaskLocal() throws Exception {
        assertEquals("it [7f] found", run(TaskLocalExamples.handle("7f", Future.ready("it"))));
    }

    @Test
    void outcomesAsTasksEnd() throws Exception {
        var failure = new IOException("broken");
        var outcomes = run(TaskSetExamples.asTheyEnd(List.of(Future.ready("a"), Future.failed(failure))));
        assertEquals(2, outcomes.size());
        assertTrue(outcomes.containsAll(List.of(new Outcome.Value<>("a"), new Outcome.Failure<String>(failure))));
    }

    @Test
    void theRuntime() throws Exception {
        assertEquals(1_000, RuntimeExamples.run());
        assertEquals(1_000, RuntimeExamples.multiThread());
    }

    @Test
    void time() throws Exception {
        assertEquals("later", run(TimeExamples.later()));
        assertEquals("otherwise", run(TimeExamples.orElse(Future.pending(), "otherwise")));
        assertEquals(3, run(TimeExamples.ticks()));
        assertEquals("ab", run(TimeExamples.by(Instant.MAX, Future.ready("a"), Future.ready("b"))));
        assertEquals(List.of("bob", "ada"), run(TimeExamples.expiring()));
        var keys = Mpsc.<String>unbounded();
        keys.sender().trySend("wake");
        keys.sender().trySend("wakeful");
        keys.sender().close();
        assertEquals(List.of("wakeful"), run(TimeExamples.searches(keys.receiver())));
    }

    @Test
    void echoOverTcp() throws Exception {
        AsyncRuntime.run(scope -> {
            var listener = await(TcpListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
            var server = scope.spawn(TcpExamples.serve(listener));
            var client = await(TcpStream.connect(listener.localAddress()));
            await(client.writeAll(ByteBuffer.wrap("hello".getBytes(StandardCharsets.US_ASCII))));
            var answer = ByteBuffer.allocate(5);
            await(client.readExactly(answer));
            assertEquals(
                    "hello", StandardCharsets.US_ASCII.decode(answer.flip()).toString());
            client.close();
            server.abort("the test is over");
        });
    }

    @Test
    void everyExampleThatACommentPointsToIsThere() throws IOException {
        var missing = new ArrayList<String>();
        int found = 0;
        try (var files = Files.walk(ROOT)) {
            for (Path file : files.filter(SnippetsTest::isLibrarySource).toList()) {
                var matcher = SNIPPET.matcher(Files.readString(file));
                while (matcher.find()) {
                    found++;
                    var example =
                            ROOT.resolve("examples/src/test/java/dev/wakeful/snippets/" + matcher.group(1) + ".java");
                    String region = "@start region=\"" + matcher.group(2) + "\"";
                    if (!Files.exists(example) || !Files.readString(example).contains(region)) {
                        missing.add(file.getFileName() + " points to " + matcher.group(1) + ", " + matcher.group(2));
                    }
                }
            }
        }
        assertEquals(List.of(), missing);
        assertTrue(found >= 10, "only " + found + " examples were found");
    }

    private static boolean isLibrarySource(Path file) {
        String path = ROOT.relativize(file).toString().replace('\\', '/');
        return path.matches("[a-z]+/src/main/java/.*\\.java");
    }
}
