// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.testkit.explore.Exploration;
import dev.wakeful.testkit.explore.Explorer;
import dev.wakeful.testkit.explore.Model;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The stores of the gate and of what is built on it, in every order that two preemptions allow; and the same with two
/// stores swapped, or with a field that is not volatile, which must be found.
class GateExploreTest {
    private static final int PREEMPTIONS = Integer.getInteger("wakeful.preemptions", 2);

    static Stream<Class<? extends Model.Scenario>> models() {
        return Stream.of(
                GateModels.MutexHandsOver.class,
                GateModels.MutexGrantMeetsCancel.class,
                GateModels.SemaphoreServes.class,
                GateModels.ReadersAndWriter.class,
                GateModels.ChannelOfOne.class,
                GateModels.CopyMeetsClose.class,
                GateModels.BroadcastCopyMeetsClose.class,
                GateModels.OneshotAnswers.class,
                GateModels.ValueIsSetOnce.class,
                GateModels.OneInitialiser.class,
                GateModels.TokenGivesItsReason.class,
                GateModels.WatchTells.class,
                GateModels.LastFollowerLeaves.class,
                GateModels.BroadcastFails.class,
                GateModels.NotifyWakes.class);
    }

    @ParameterizedTest
    @MethodSource("models")
    void holdsInEveryOrder(Class<? extends Model.Scenario> model) {
        Exploration explored =
                Explorer.of(model).preemptions(PREEMPTIONS).explore().assertClear();
        assertTrue(explored.isComplete(), () -> model.getSimpleName() + " was not explored to the end: " + explored);
    }

    /// The waker that a waiter keeps is looked at without the guard, and a stale look does no harm; so races are not
    /// watched here.
    @Test
    void pollsBesideAGrantHoldInEveryOrder() {
        Explorer.of(GateModels.PolledAgain.class)
                .watchRaces(false)
                .explore()
                .assertClear()
                .assertComplete();
    }

    static Stream<StoreMutation> mutations() {
        return Stream.of(
                StoreMutation.plain("the word is not volatile", "Gate", "word", "ValueIsSetOnce"),
                StoreMutation.later(
                        "a value is said to be set before it is",
                        "SetOnce",
                        "trySet",
                        "value",
                        "endRound",
                        "ValueIsSetOnce"),
                StoreMutation.later(
                        "a cell is set before its value", "OnceCell", "set", "value", "endRound", "OneInitialiser"),
                StoreMutation.later(
                        "a token is cancelled before its reason",
                        "CancellationToken",
                        "cancelThis",
                        "reason",
                        "endRound",
                        "TokenGivesItsReason"),
                StoreMutation.later(
                        "a oneshot is sent before its value",
                        "Oneshot$Cell",
                        "settle",
                        "value",
                        "leaveAndWakeAll",
                        "OneshotAnswers"),
                StoreMutation.later(
                        "a lock is granted before its ticket", "Mutex", "unlock", "ticket", "leave", "PolledAgain"),
                StoreMutation.later(
                        "permits are given after the grant",
                        "Semaphore",
                        "takeOrQueue",
                        "permits",
                        "leave",
                        "SemaphoreServes"));
    }

    @ParameterizedTest
    @MethodSource("mutations")
    void isFound(StoreMutation mutation) throws Exception {
        boolean races = !mutation.scenario().equals("PolledAgain")
                && !mutation.scenario().equals("OneshotAnswers");
        Exploration explored = Explorer.of(mutation.model())
                .preemptions(PREEMPTIONS)
                .watchRaces(races)
                .explore();
        Exploration.Failure failure = explored.failure();
        assertNotNull(failure, () -> "not found: " + mutation + ", in " + explored);
        System.out.println(mutation + ": " + failure.reason() + ", after " + explored.schedules());
    }
}
