// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import dev.wakeful.internal.Discardable;
import java.lang.ScopedValue.Carrier;
import org.jspecify.annotations.Nullable;

/// The bindings of task locals: around each poll of the future they were given to, and handed on to what is spawned in
/// such a poll.
final class LocalBindings {
    /// What is bound in the poll that runs on this thread.
    private static final ScopedValue<Bindings> CURRENT = ScopedValue.newInstance();

    /// Set with the first binding: until then a spawn looks for none.
    private static volatile boolean used;

    private LocalBindings() {}

    /// One binding and those it was made in.
    private record Bindings(
            ScopedValue<?> key,
            Object value,
            boolean inherited,
            @Nullable Bindings outer) {
        /// Without what is not inherited; an inner binding that is not takes the outer one of its key along.
        @Nullable
        Bindings inheritable() {
            Bindings kept = outer == null ? null : outer.inheritable();
            if (!inherited) {
                return kept == null ? null : kept.without(key);
            }
            return kept == outer ? this : new Bindings(key, value, true, kept);
        }

        private @Nullable Bindings without(ScopedValue<?> hidden) {
            Bindings rest = outer == null ? null : outer.without(hidden);
            return key == hidden ? rest : rest == outer ? this : new Bindings(key, value, inherited, rest);
        }

        Carrier carrier() {
            Carrier before = outer == null ? ScopedValue.where(CURRENT, this) : outer.carrier();
            return with(before, key).where(CURRENT, this);
        }

        @SuppressWarnings("unchecked") // the value was given for this very key
        private <V> Carrier with(Carrier before, ScopedValue<V> key) {
            return before.where(key, (V) value);
        }
    }

    /// A future in whose polls `value` is bound under `key`.
    ///
    /// @param <V> the type of the value
    /// @param <T> the type of the result
    /// @param key the key
    /// @param value the value
    /// @param inherited whether tasks that are spawned inside inherit it
    /// @param future what is polled with it
    /// @return the future
    static <V, T extends @Nullable Object> Future<T> bind(
            ScopedValue<V> key, V value, boolean inherited, Future<T> future) {
        used = true;
        return new Bound<>(future) {
            @Override
            Bindings bindings() {
                return new Bindings(key, value, inherited, CURRENT.isBound() ? CURRENT.get() : null);
            }
        };
    }

    /// A future for a task that is spawned now: with what it inherits from the poll that spawns it.
    ///
    /// @param <T> the type of the result
    /// @param future what the task is to run
    /// @return the same future when there is nothing to inherit
    static <T extends @Nullable Object> Future<T> inherit(Future<T> future) {
        if (!used || !CURRENT.isBound()) {
            return future;
        }
        Bindings inherited = CURRENT.get().inheritable();
        return inherited == null
                ? future
                : new Bound<>(future) {
                    @Override
                    Bindings bindings() {
                        return inherited;
                    }
                };
    }

    private abstract static class Bound<T extends @Nullable Object> implements Future<T>, Discardable {
        private final Future<T> future;
        private @Nullable Carrier carrier;

        Bound(Future<T> future) {
            this.future = future;
        }

        /// What to bind; asked at the first poll.
        abstract Bindings bindings();

        private Carrier carrier() {
            Carrier made = carrier;
            if (made == null) {
                made = bindings().carrier();
                carrier = made;
            }
            return made;
        }

        @Override
        public Poll<T> poll(Context cx) throws Exception {
            return carrier().call(() -> future.poll(cx));
        }

        @Override
        public @Nullable Object pollRaw(Context cx) throws Exception {
            return carrier().call(() -> future.pollRaw(cx));
        }

        @Override
        public Poll<@Nullable Void> pollCancel(Context cx) throws Exception {
            if (carrier == null) {
                return future.pollCancel(cx); // was never polled, so nothing of it runs
            }
            return carrier.call(() -> future.pollCancel(cx));
        }

        @Override
        public void discard() {
            if (future instanceof Discardable held) {
                held.discard();
            }
        }

        @Override
        public void describe(Description to) {
            future.describe(to);
        }

        @Override
        public String toString() {
            return future.toString();
        }
    }
}
