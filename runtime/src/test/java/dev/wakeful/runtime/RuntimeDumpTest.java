// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.Poll;
import dev.wakeful.Waker;
import dev.wakeful.spi.Spawner;
import dev.wakeful.time.Time;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Kind.class)
class RuntimeDumpTest {
    private final AsyncRuntime runtime;

    /// Without it a task would be one that nobody can wake, and be gone once the collector has seen that.
    private static Waker kept;

    RuntimeDumpTest(Kind kind) {
        this.runtime = kind.builder().name("test").build();
    }

    /// Spawns `count` sleepers and gives the dump that is taken when they wait.
    private RuntimeDump dumpOfSleepers(int count) throws Exception {
        try (runtime) {
            for (int i = 0; i < count; i++) {
                runtime.spawn(i == 0 ? "a \"b\"" : "", Time.sleep(Duration.ofMinutes(10 + i)));
            }
            Kind.settle(runtime);
            return runtime.dump();
        }
    }

    @Test
    void textNamesTaskStatusAndResource() throws Exception {
        String text = dumpOfSleepers(1).text();
        assertTrue(text.startsWith("runtime test: 2 tasks started, 1 live, "), text);
        assertTrue(text.contains("\ntask 1 \"a \"b\"\", waiting:\n    Sleep[deadlineNanos="), text);
        assertTrue(text.endsWith("], waits for the timer\n"), text);
    }

    @Test
    void tasksThatLookTheSameAreShownOnce() throws Exception {
        String text = dumpOfSleepers(1000).text();
        assertTrue(text.contains("\n1000 tasks, waiting:\n"), text);
        assertTrue(text.contains("(task 1 \"a \"b\"\", task 2, task 3, task 4, task 5, ...)"), text);
        assertEquals(5, text.lines().count());
    }

    /// Waits, for nothing or for `child`, and says no more of itself than `label`.
    private record Labelled(String label, Future<Integer> child) implements Future<Integer> {
        Labelled(String label) {
            this(label, null);
        }

        @Override
        public Poll<Integer> poll(Context cx) {
            kept = cx.waker();
            return Poll.pending();
        }

        @Override
        public void describe(Description to) {
            to.label(label);
            if (child != null) {
                to.child(child);
            }
        }
    }

    @Test
    void namesFromOutsideMakeNoLinesOfTheirOwnInATextAndAreUnchangedInJson() throws Exception {
        String name = "GET /\n\ntask 7 \"forged\", waiting:\r\t\u001b[31m\u2028";
        try (var runtime = AsyncRuntime.currentThread().build()) {
            var task = runtime.spawn(name, new Labelled("line\nbreak"));
            assertEquals(name, task.name());
            String line = "task 1 \"GET /\\n\\ntask 7 \"forged\", waiting:\\r\\t\\u001b[31m\\u2028\"";
            assertEquals(line, task.toString());
            Kind.settle(runtime);
            String text = runtime.dump().text();
            assertTrue(text.endsWith("\n\n" + line + ", waiting:\n    line\\nbreak\n"), text);
            String json = runtime.dump().json();
            assertTrue(json.contains("GET /\\n\\ntask 7 \\\"forged\\\", waiting:\\r\\t\\u001b[31m\u2028\""), json);
        }
    }

    @Test
    void futureWithoutALabelIsInTheDumpAllTheSame() throws Exception {
        try (var runtime = AsyncRuntime.currentThread().build()) {
            runtime.spawn(new Labelled(null));
            Kind.settle(runtime);
            assertTrue(
                    runtime.dump().text().endsWith(":\n    future\n"),
                    runtime.dump().text());
            assertTrue(
                    runtime.dump().json().contains("{\"label\":\"future\"}"),
                    runtime.dump().json());
        }
    }

    @Test
    void jsonHasEachTask() throws Exception {
        String json = dumpOfSleepers(2).json();
        assertTrue(json.startsWith("{\"formatVersion\":1,\"runtime\":\"test\",\"metrics\":{\"tasksStarted\":3,"), json);
        assertTrue(
                json.contains("\"tasks\":[{\"id\":1,\"name\":\"a"
                        + " \\\"b\\\"\",\"status\":\"waiting\",\"trace\":{\"label\":\"Sleep["),
                json);
        assertTrue(
                json.endsWith("],\"waitsFor\":\"the timer\"}}]}") || json.endsWith("\"waitsFor\":\"the timer\"}}]}"),
                json);
        assertTrue(json.contains("},{\"id\":2,\"name\":\"\",\"status\":\"waiting\""), json);
    }

    /// A chain of futures that is longer than a stack would take.
    private static Future<Integer> chain(int length) {
        Future<Integer> last = new Labelled("last");
        for (int i = 0; i < length; i++) {
            last = new Labelled("link", last);
        }
        return last;
    }

    @Test
    void tracesOfAnyDepthAreWritten() throws Exception {
        try (runtime) {
            runtime.spawn(chain(100_000));
            Kind.settle(runtime);
            RuntimeDump dump = runtime.dump();
            String json = dump.json();
            assertEquals(100_001, json.split("\"label\"", -1).length - 1);
            assertTrue(json.endsWith("{\"label\":\"last\"}" + "]}".repeat(100_000) + "}]}"));
            assertTrue(dump.text().endsWith(" last\n"));
        }
    }

    @Test
    void childrenAndWhoTheyAreJoinedByAreShown() throws Exception {
        try (runtime) {
            runtime.spawn(
                    "parent",
                    cx -> Poll.ready(cx.get(Spawner.KEY)
                            .spawn("child", Time.sleep(Duration.ofMinutes(1)))
                            .join()));
            Future<Future<Void>> spawns = cx -> Poll.ready(cx.get(Spawner.KEY)
                    .spawn("child", Time.sleep(Duration.ofMinutes(1)))
                    .join());
            runtime.spawn("joiner", spawns.then(join -> join));
            Kind.settle(runtime);
            String text = runtime.dump().text();
            assertTrue(text.contains("waits for the end of task "), text);
        }
    }

    @Test
    void dumpFromAnotherThreadShowsTheStackOfTheOneThatPolls() throws Exception {
        var inPoll = new CountDownLatch(1);
        var dumped = new CountDownLatch(1);
        var dump = new AtomicReference<RuntimeDump>();
        var other = Thread.ofPlatform().start(() -> {
            try {
                inPoll.await();
                dump.set(runtime.dump());
                dumped.countDown();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        try (runtime) {
            runtime.blockOn(cx -> {
                inPoll.countDown();
                dumped.await(); // a poll that blocks, which is wrong, and which a dump has to show
                return Poll.ready(null);
            });
        }
        other.join();
        String text = dump.get().text();
        assertTrue(text.contains(" polls task 1:\n"), text);
        assertTrue(text.contains("RuntimeDumpTest.java"), text);
        assertTrue(text.contains("task 1 \"main\", running:"), text);
    }
}
