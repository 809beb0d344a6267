// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import dev.wakeful.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What a bounded channel must keep: order, back-pressure, an end, and no value lost when somebody gives up.
///
/// ```java
/// @TestFactory
/// Stream<DynamicTest> isAChannel() {
///     return ChannelContract.of(() -> new MyChannelSubject(2)).tests();
/// }
/// ```
public final class ChannelContract {
    private static final long SEEDS = 200;

    private ChannelContract() {}

    /// A channel that is open and empty, and has room for [#capacity()] values.
    public interface Subject {
        /// Sends a value, waiting for room.
        ///
        /// @param value the value
        /// @return a future of it having been sent
        Future<?> send(int value);

        /// Receives a value, waiting for one.
        ///
        /// @return a future of the value, or of `null` at the end
        Future<@Nullable Integer> receive();

        /// Ends the channel for senders; what was sent can still be received.
        void close();

        /// How many values it takes before a send waits, one at least.
        ///
        /// @return the count
        int capacity();
    }

    /// The suite over channels of `fresh`.
    ///
    /// @param fresh makes a channel for each rule
    /// @return the suite
    public static Conformance<Subject> of(Supplier<? extends Subject> fresh) {
        return new Conformance<>(
                fresh,
                List.of(
                        rule("ORDER", "values come out in the order in which they were sent", ChannelContract::order),
                        rule("LAZY", "making the futures sends and receives nothing", ChannelContract::lazy),
                        rule("WAKES", "a receive waits, and is woken by a value", ChannelContract::wakes),
                        rule("CAPACITY", "a send without room waits, and is woken by room", ChannelContract::capacity),
                        rule("CANCEL_RECEIVE", "a receive that gives up loses nothing", ChannelContract::cancelReceive),
                        rule(
                                "CANCEL_GRANTED",
                                "a receive that gives up after it was woken loses nothing",
                                ChannelContract::cancelGranted),
                        rule("CANCEL_SEND", "a send that gives up sends nothing", ChannelContract::cancelSend),
                        rule(
                                "DRAINS",
                                "what was sent before the end comes out, and then null",
                                ChannelContract::drains),
                        rule("END_WAKES", "the end wakes a receive that waits", ChannelContract::endWakes),
                        rule("SCHEDULES", "in any order each value comes out once", ChannelContract::seeds)));
    }

    private static Conformance.Rule<Subject> rule(String name, String sentence, Conformance.Check<Subject> check) {
        return new Conformance.Rule<>(name, sentence, check);
    }

    private static void sent(Subject channel, int value) throws Exception {
        PollProbe.of(channel.send(value)).assertReady();
    }

    private static void received(Subject channel, @Nullable Integer expected) throws Exception {
        PollProbe.of(channel.receive()).assertReady(expected);
    }

    private static void order(Subject channel) throws Exception {
        for (int i = 0; i < 3 * channel.capacity(); i++) {
            for (int value = 0; value < channel.capacity(); value++) {
                sent(channel, 100 * i + value);
            }
            for (int value = 0; value < channel.capacity(); value++) {
                received(channel, 100 * i + value);
            }
        }
    }

    private static void lazy(Subject channel) throws Exception {
        channel.send(7);
        channel.receive();
        sent(channel, 8);
        received(channel, 8);
        PollProbe.of(channel.receive()).assertPending().assertCancelledCleanly();
    }

    private static void wakes(Subject channel) throws Exception {
        var receiving = PollProbe.of(channel.receive());
        receiving.assertPending().assertNotWoken();
        sent(channel, 1);
        receiving.assertWoken(1).assertReady(1);
    }

    private static void fill(Subject channel) throws Exception {
        for (int value = 0; value < channel.capacity(); value++) {
            sent(channel, value);
        }
    }

    private static void capacity(Subject channel) throws Exception {
        fill(channel);
        var sending = PollProbe.of(channel.send(99));
        sending.assertPending().assertNotWoken();
        received(channel, 0);
        sending.assertWoken(1).assertReady();
        for (int value = 1; value < channel.capacity(); value++) {
            received(channel, value);
        }
        received(channel, 99);
    }

    private static void cancelReceive(Subject channel) throws Exception {
        var first = PollProbe.of(channel.receive());
        first.assertPending().assertCancelledCleanly();
        sent(channel, 1);
        received(channel, 1);
    }

    private static void cancelGranted(Subject channel) throws Exception {
        var first = PollProbe.of(channel.receive());
        first.assertPending();
        sent(channel, 1);
        first.assertCancelledCleanly();
        received(channel, 1);
    }

    private static void cancelSend(Subject channel) throws Exception {
        fill(channel);
        PollProbe.of(channel.send(99)).assertPending().assertCancelledCleanly();
        for (int value = 0; value < channel.capacity(); value++) {
            received(channel, value);
        }
        PollProbe.of(channel.receive()).assertPending().assertCancelledCleanly();
    }

    private static void drains(Subject channel) throws Exception {
        fill(channel);
        channel.close();
        for (int value = 0; value < channel.capacity(); value++) {
            received(channel, value);
        }
        received(channel, null);
        received(channel, null);
    }

    private static void endWakes(Subject channel) throws Exception {
        var receiving = PollProbe.of(channel.receive());
        receiving.assertPending();
        channel.close();
        receiving.assertWoken(1).assertReady((Integer) null);
    }

    private static void seeds(Subject channel) throws Exception {
        for (long seed = 0; seed < SEEDS; seed++) {
            exchange(channel, seed);
        }
        PollProbe.of(channel.receive()).assertPending().assertCancelledCleanly();
    }

    private static void exchange(Subject channel, long seed) {
        int count = 8;
        List<Integer> received = new ArrayList<>();
        try (var runtime =
                TestRuntime.builder().seed(seed).withoutWatchingPolls().build()) {
            runtime.spawn(Scripts.eachOf(count, channel::send));
            runtime.spawn(Scripts.eachOf(
                    count, i -> channel.receive().map(value -> value != null && received.add(value))));
            var givingUp = runtime.spawn(channel.receive());
            givingUp.abort("it wants nothing");
            runtime.runUntilIdle();
        }
        List<Integer> expected = new ArrayList<>();
        for (int value = 0; value < count; value++) {
            expected.add(value);
        }
        Conformance.require(
                received.equals(expected), "received " + received + " of " + expected + ", with seed " + seed);
    }
}
