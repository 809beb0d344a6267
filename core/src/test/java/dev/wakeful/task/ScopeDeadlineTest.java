// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import static dev.wakeful.fixture.Hand.action;
import static dev.wakeful.fixture.Hand.block;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.JoinPolicy;
import dev.wakeful.LostWakerException;
import dev.wakeful.Poll;
import dev.wakeful.ScopeOptions;
import dev.wakeful.TaskScope;
import dev.wakeful.TimeoutException;
import dev.wakeful.fixture.Leaf;
import dev.wakeful.fixture.StepExecutor;
import dev.wakeful.spi.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Deadlines of scopes: S-X6, and S-X4 where cancelled and timed out are told apart.
class ScopeDeadlineTest {
    private final StepExecutor executor = new StepExecutor();
    private final List<String> trace = new ArrayList<>();
    private final Leaf<Integer> a = new Leaf<>("a", trace);
    private final Leaf<Integer> body = new Leaf<>("body", trace);
    private final List<@Nullable Deadline> seen = new ArrayList<>();
    private final ScopeOptions hundred = TaskScope.options().timeout(Duration.ofNanos(100));

    /// Notes the deadline it can read.
    private Future<@Nullable Deadline> look() {
        return Deadline.current().map(deadline -> {
            seen.add(deadline);
            return deadline;
        });
    }

    private void advanceTo(long nanos) {
        executor.timer.advanceTo(nanos);
        executor.runAll();
    }

    @Test
    void deadlineThatPassesCancelsAllAndTheScopeFailsWithATimeoutAfterTheCleanUp() {
        var task = executor.spawn(hundred.name("fetch").call(block(scope -> {
            scope.spawn(a.withSlowCleanUp());
            return body;
        })));
        executor.runAll();
        advanceTo(99);
        assertFalse(trace.contains("cancel a"));
        advanceTo(100);
        assertTrue(trace.containsAll(List.of("cancel a", "end body")));
        assertFalse(task.isFinished(), "a still cleans up");
        a.finishCleanUp();
        executor.runAll();
        assertEquals(
                "the scope \"fetch\" of task 1 took longer than PT0.0000001S",
                assertInstanceOf(TimeoutException.class, task.failure()).getMessage());
        assertEquals(0, executor.timer.armed());
    }

    @Test
    void deadlineCountsFromTheFirstPollOfTheScope() {
        var lazy = hundred.call(block(scope -> body));
        executor.timer.advanceTo(1_000);
        var task = executor.spawn(lazy);
        executor.runAll();
        advanceTo(1_099);
        assertFalse(task.isFinished());
        advanceTo(1_100);
        assertInstanceOf(TimeoutException.class, task.failure());
    }

    @Test
    void whatIsReadyInThePollAfterTheDeadlineWins() throws Exception {
        var task = executor.spawn(hundred.call(block(scope -> body)));
        executor.runAll();
        body.complete(7);
        executor.timer.advanceTo(200);
        executor.runAll();
        assertEquals(7, StepExecutor.result(task));
    }

    @Test
    void bodyThatIsReadyDoesNotSaveAScopeWhoseChildrenAreNot() {
        var task = executor.spawn(hundred.call(block(scope -> {
            scope.spawn(a);
            return Future.ready(1);
        })));
        executor.runAll();
        advanceTo(100);
        assertInstanceOf(TimeoutException.class, task.failure());
        assertTrue(trace.contains("end a"));
    }

    @Test
    void scopeThatEndsInTimeLeavesNoAlarm() throws Exception {
        var task = executor.spawn(hundred.call(block(scope -> body)));
        executor.runAll();
        assertEquals(1, executor.timer.armed());
        body.complete(1);
        executor.runAll();
        assertEquals(1, StepExecutor.result(task));
        assertEquals(0, executor.timer.armed());
    }

    @Test
    void cancelBeforeTheDeadlineIsACancelAndNoTimeout() {
        var task = executor.spawn(hundred.call(block(scope -> body.withSlowCleanUp())));
        executor.runAll();
        task.abort("enough");
        executor.runAll();
        advanceTo(500);
        body.finishCleanUp();
        executor.runAll();
        assertTrue(task.isCancelled());
        assertEquals(0, executor.timer.armed());
    }

    @Test
    void instantIsAMomentOfTheTimer() {
        var task = executor.spawn(
                TaskScope.options().deadline(Instant.EPOCH.plusNanos(50)).call(block(scope -> body)));
        executor.runAll();
        advanceTo(50);
        assertEquals(
                "the scope of task 1 was not done by 1970-01-01T00:00:00.000000050Z",
                assertInstanceOf(TimeoutException.class, task.failure()).getMessage());
    }

    @Test
    void bodyAndChildrenReadTheEarliestDeadlineTheyAreNestedIn() {
        executor.spawn(hundred.run(action(outer -> {
            outer.spawn(look());
            outer.spawn(TaskScope.options().timeout(Duration.ofNanos(30)).call(block(inner -> {
                inner.spawn(look());
                return look();
            })));
            outer.spawn(TaskScope.options().timeout(Duration.ofNanos(900)).call(block(inner -> {
                inner.spawn(look());
                return look();
            })));
            return look();
        })));
        executor.runAll();
        assertEquals(6, seen.size());
        assertEquals(4, seen.stream().filter(new Deadline(100)::equals).count());
        assertEquals(2, seen.stream().filter(new Deadline(30)::equals).count());
    }

    @Test
    void scopeWithoutADeadlineHandsOnThatOfTheContextItIsPolledWith() {
        Future<@Nullable Deadline> scope = TaskScope.call(block(s -> s.spawn(look())));
        executor.spawn(new Within<>(scope, 40));
        executor.runAll();
        assertEquals(List.of(new Deadline(40)), seen);
    }

    /// Offers a deadline, as a timeout does.
    private record Within<T extends @Nullable Object>(Future<T> inner, long nanos) implements Future<T> {
        @Override
        public Poll<T> poll(Context cx) throws Exception {
            return inner.poll(Deadline.nest(cx, nanos));
        }
    }

    @Test
    void taskOfItsOwnHasNoDeadline() {
        executor.spawn(look());
        executor.runAll();
        assertEquals(1, seen.size());
        assertNull(seen.getFirst());
    }

    @Test
    void innerDeadlineFailsTheInnerScopeOnly() throws Exception {
        var task = executor.spawn(hundred.call(block(outer -> TaskScope.options()
                .timeout(Duration.ofNanos(30))
                .call(block(inner -> a))
                .recover(failure -> failure instanceof TimeoutException ? -1 : -2))));
        executor.runAll();
        advanceTo(30);
        assertEquals(-1, StepExecutor.result(task));
    }

    @Test
    void failuresOfTheCleanUpAreSuppressedOnTheTimeout() {
        var broken = new IllegalStateException("broken");
        var task = executor.spawn(hundred.call(block(scope -> body.withFailingCleanUp(broken))));
        executor.runAll();
        advanceTo(100);
        assertArrayEquals(
                new Throwable[] {broken},
                assertInstanceOf(TimeoutException.class, task.failure()).getSuppressed());
    }

    @Test
    void policyOfOnesOwnIsNotAskedForAResultAfterATimeout() {
        var task = executor.spawn(hundred.join(JoinPolicy.<Integer>allSuccessful(), action(scope -> scope.spawn(a))));
        executor.runAll();
        advanceTo(100);
        assertInstanceOf(TimeoutException.class, task.failure());
    }

    @Test
    void deadlineBeforeAllTimeIsPastAndOneAfterAllTimeNeverComes() throws Exception {
        var past = executor.spawn(TaskScope.options().deadline(Instant.MIN).call(block(scope -> body)));
        executor.runAll();
        assertInstanceOf(TimeoutException.class, past.failure());
        var future = executor.spawn(TaskScope.options().deadline(Instant.MAX).call(block(scope -> a)));
        executor.runAll();
        assertEquals(0, executor.timer.armed());
        a.complete(7);
        executor.runAll();
        assertEquals(7, future.result());
    }

    @Test
    void timeoutThatNeverComesIsNotArmed() {
        executor.spawn(
                TaskScope.options().timeout(Duration.ofSeconds(Long.MAX_VALUE)).call(block(scope -> body)));
        executor.runAll();
        assertEquals(0, executor.timer.armed());
    }

    @Test
    void negativeTimeoutIsRefused() {
        var refused = assertThrows(
                IllegalArgumentException.class, () -> TaskScope.options().timeout(Duration.ofSeconds(-1)));
        assertEquals("timeout must not be negative, but was PT-1S", refused.getMessage());
    }

    @Test
    void bodyThatForgetsItsWakerIsReportedAlthoughTheDeadlineWouldWakeTheScope() {
        var task = executor.spawn(hundred.call(block(scope -> cx -> Poll.pending())));
        executor.runAll();
        assertInstanceOf(LostWakerException.class, task.failure());
        assertEquals(0, executor.timer.armed());
    }
}
