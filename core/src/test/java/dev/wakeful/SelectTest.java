// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import static dev.wakeful.fixture.Hand.block;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.fixture.CountingWaker;
import dev.wakeful.fixture.Hand;
import dev.wakeful.fixture.Leaf;
import dev.wakeful.fixture.StepExecutor;
import dev.wakeful.task.Trace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SelectTest {
    private final List<String> trace = new ArrayList<>();
    private final Leaf<Integer> a = new Leaf<>("a", trace);
    private final Leaf<Integer> b = new Leaf<>("b", trace);
    private final Leaf<String> work = new Leaf<>("work", trace);
    private final CountingWaker waker = new CountingWaker();

    private AsyncFunction<Integer, String> handler(String name) {
        return block(x -> {
            trace.add("handle " + name);
            return Future.ready(name + x);
        });
    }

    @Test
    void theHandlerOfTheFirstReadyBranchGivesTheValue() throws Exception {
        var select = Select.<String>of().on(a, handler("a")).on(b, handler("b"));
        assertFalse(select.poll(waker.cx()).isReady());
        b.complete(2);
        assertTrue(waker.isWoken());
        assertEquals("b2", Hand.ready(select.poll(waker.cx())));
    }

    @Test
    void losersHaveEndedTheirCleanUpBeforeTheHandlerRuns() throws Exception {
        var select = Select.<String>of().on(a.withSlowCleanUp(), handler("a")).on(b, handler("b"));
        select.poll(waker.cx());
        b.complete(2);
        assertFalse(select.poll(waker.cx()).isReady());
        assertFalse(trace.contains("handle b"));
        a.finishCleanUp();
        assertEquals("b2", Hand.ready(select.poll(waker.cx())));
        assertEquals(List.of("end a", "handle b"), trace.subList(trace.size() - 2, trace.size()));
    }

    @Test
    void aHandlerMayAwait() throws Exception {
        var select = Select.<String>of().on(a, block(x -> work));
        select.poll(waker.cx());
        a.complete(1);
        assertFalse(select.poll(waker.cx()).isReady());
        work.complete("done");
        assertEquals("done", Hand.ready(select.poll(waker.cx())));
    }

    @Test
    void aKeptLoserIsLeftAliveAndIsNotPolledWhileTheHandlerRuns() throws Exception {
        var select = Select.<String>of().biased().on(a, handler("a")).kept().on(b, block(x -> work));
        select.poll(waker.cx());
        b.complete(2);
        select.poll(waker.cx());
        trace.clear();
        a.wakeOnly();
        select.poll(waker.cx());
        assertEquals(List.of("poll work"), trace);
        var said = Trace.of(select);
        assertEquals("select[handler runs, kept and not polled: 1]", said.label());
        assertEquals(
                List.of("Leaf[work]", "Leaf[a]"),
                said.children().stream().map(Trace::label).toList());
        work.complete("done");
        assertEquals("done", Hand.ready(select.poll(waker.cx())));
        a.complete(7);
        assertEquals(7, Hand.ready(a));
    }

    @Test
    void aDisabledBranchIsNeverPolled() throws Exception {
        a.complete(1);
        b.complete(2);
        assertEquals(
                "b2",
                Hand.ready(Select.<String>of()
                        .on(a, handler("a"))
                        .when(false)
                        .on(b, handler("b"))
                        .when(true)));
        assertFalse(trace.contains("poll a"));
    }

    @Test
    void aValueThatDoesNotMatchDisablesItsBranch() throws Exception {
        var select = Select.<String>of().on(a, x -> x > 10, handler("a")).on(b, handler("b"));
        a.complete(1);
        assertFalse(select.poll(waker.cx()).isReady());
        assertFalse(select.poll(waker.cx()).isReady());
        b.complete(2);
        assertEquals("b2", Hand.ready(select.poll(waker.cx())));
    }

    @Test
    void elseRunsWhenAllAreDisabled() throws Exception {
        a.complete(1);
        AsyncBlock<String> none = new AsyncBlock<>() {
            @Override
            public String run() {
                throw new AssertionError("started, not run");
            }

            @Override
            public Future<String> start() {
                return Future.ready("none");
            }
        };
        var select = Select.<String>of()
                .on(a, x -> false, handler("a"))
                .on(b, handler("b"))
                .when(false)
                .orElse(none);
        assertEquals("none", Hand.ready(select));
    }

    @Test
    void allDisabledAndNoElseIsAnError() {
        var select = Select.<String>of().on(a, handler("a")).when(false);
        var refused = assertThrows(IllegalStateException.class, () -> select.poll(waker.cx()));
        assertEquals(
                "all 1 branches of a select are disabled and it has no else;"
                        + " add orElse(...) or a branch without a guard",
                refused.getMessage());
    }

    @Test
    void theFirstBranchToBePolledIsRandomUnlessBiased() throws Exception {
        Set<String> random = new HashSet<>();
        Set<String> biased = new HashSet<>();
        for (int seed = 0; seed < 50; seed++) {
            random.add(new StepExecutor(seed).run(twoReady()));
            biased.add(new StepExecutor(seed).run(twoReady().biased()));
        }
        assertEquals(Set.of("a1", "b2"), random);
        assertEquals(Set.of("a1"), biased);
    }

    private Select<String> twoReady() {
        return Select.<String>of().on(Future.ready(1), handler("a")).on(Future.ready(2), handler("b"));
    }

    @Test
    void aFailingBranchEndsTheSelectAfterTheOthersAreWoundDown() throws Exception {
        var cleanUp = new IllegalStateException("clean-up");
        var select = Select.<String>of()
                .on(a.withFailingCleanUp(cleanUp), handler("a"))
                .on(b, handler("b"));
        select.poll(waker.cx());
        var failure = new IOException("broken");
        b.fail(failure);
        assertSame(failure, assertThrows(IOException.class, () -> select.poll(waker.cx())));
        assertArrayEquals(new Throwable[] {cleanUp}, failure.getSuppressed());
    }

    @Test
    void aLoserWhoseCleanUpFailsFailsTheSelectAndNoHandlerRuns() throws Exception {
        var select = Select.<String>of()
                .on(a.withFailingCleanUp(new IOException("clean-up")), handler("a"))
                .on(b, handler("b"));
        select.poll(waker.cx());
        b.complete(2);
        assertThrows(IOException.class, () -> select.poll(waker.cx()));
        assertFalse(trace.contains("handle b"));
    }

    @Test
    void givingUpLeavesKeptBranchesAlone() throws Exception {
        var select = Select.<String>of().on(a, handler("a")).kept().on(b, handler("b"));
        select.poll(waker.cx());
        assertTrue(select.pollCancel(waker.cx()).isReady());
        assertFalse(trace.contains("cancel a"));
        assertTrue(trace.contains("end b"));
    }

    @Test
    void givingUpWindsDownTheHandlerThatRuns() throws Exception {
        var select = Select.<String>of().on(a, block(x -> work.withSlowCleanUp()));
        select.poll(waker.cx());
        a.complete(1);
        select.poll(waker.cx());
        assertFalse(select.pollCancel(waker.cx()).isReady());
        work.finishCleanUp();
        assertTrue(select.pollCancel(waker.cx()).isReady());
        assertEquals("end work", trace.getLast());
    }

    @Test
    void aStartedSelectIsNotChanged() throws Exception {
        var select = Select.<String>of().on(a, handler("a"));
        select.poll(waker.cx());
        assertThrows(IllegalStateException.class, () -> select.on(b, handler("b")));
    }
}
