// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import dev.wakeful.Futures.Outcome;
import dev.wakeful.internal.Failures;
import dev.wakeful.internal.Throwing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The policies that [JoinPolicy]'s methods give.
final class JoinPolicies {
    private JoinPolicies() {}

    static final class FirstSuccess<T extends @Nullable Object> implements JoinPolicy<T, T> {
        private Outcome.@Nullable Value<T> first;
        private @Nullable Failures failures;
        private @Nullable CancelledException cancelled;

        @Override
        public Next ended(TaskRef child, Outcome<T> outcome) {
            if (first != null) {
                return Next.REPORT;
            }
            switch (outcome) {
                case Outcome.Value<T> value -> first = value;
                case Outcome.Failure<T>(CancelledException thrown) ->
                    cancelled = cancelled == null ? thrown : cancelled;
                case Outcome.Failure<T>(Throwable thrown) -> failures = Failures.plus(failures, thrown);
            }
            return first == null ? Next.GO_ON : Next.CANCEL_REST;
        }

        @Override
        public T result() {
            if (first != null) {
                return first.value();
            }
            if (failures != null) {
                throw Throwing.sneak(failures.first());
            }
            if (cancelled != null) {
                throw cancelled;
            }
            throw new IllegalStateException(
                    "a scope for the first success needs at least one child, but none was" + " spawned");
        }
    }

    static final class AllSuccessful<T extends @Nullable Object> implements JoinPolicy<T, List<T>> {
        private final TreeMap<Long, T> values = new TreeMap<>();
        private @Nullable Failures failures;

        @Override
        public Next ended(TaskRef child, Outcome<T> outcome) {
            switch (outcome) {
                case Outcome.Value<T>(T value) -> values.put(child.id(), value);
                case Outcome.Failure<T>(CancelledException ignored) -> {}
                case Outcome.Failure<T>(Throwable thrown) -> failures = Failures.plus(failures, thrown);
            }
            return failures == null ? Next.GO_ON : Next.CANCEL_REST;
        }

        @Override
        public List<T> result() {
            if (failures != null) {
                throw Throwing.sneak(failures.first());
            }
            return Collections.unmodifiableList(new ArrayList<>(values.values()));
        }
    }

    static final class AllEnds<T extends @Nullable Object> implements JoinPolicy<T, List<Outcome<T>>> {
        private final TreeMap<Long, Outcome<T>> ends = new TreeMap<>();

        @Override
        public Next ended(TaskRef child, Outcome<T> outcome) {
            ends.put(child.id(), outcome);
            return Next.GO_ON;
        }

        @Override
        public List<Outcome<T>> result() {
            return List.copyOf(ends.values());
        }
    }
}
