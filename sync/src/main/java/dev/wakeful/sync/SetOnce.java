// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.Description;
import dev.wakeful.Future;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A value that is set once and that any number of tasks wait for.
///
/// ### Memory consistency
///
/// Actions before the value is set happen-before what follows seeing it.
///
/// @param <T> the type of the value
public final class SetOnce<T> extends RoundGate {
    private static final long SET = 1 << 2;

    /// Written under the guard before SET is.
    private @Nullable T value;

    /// Without a value.
    public SetOnce() {
        super(0);
    }

    /// Sets the value.
    ///
    /// @param value the value
    /// @throws IllegalStateException when it is set already
    public void set(T value) {
        if (!trySet(value)) {
            throw new IllegalStateException("the value is set already: " + this.value);
        }
    }

    /// Sets the value, unless it is set already.
    ///
    /// @param value the value
    /// @return whether this call set it
    public boolean trySet(T value) {
        Objects.requireNonNull(value, "value must not be null");
        long seen = enter();
        if ((seen & SET) != 0) {
            leave(seen);
            return false;
        }
        this.value = value;
        endRound(seen | SET);
        return true;
    }

    /// Waits for the value.
    ///
    /// ### Cancel safety
    ///
    /// Nothing is lost (class A).
    ///
    /// @return a future of the value
    public Future<T> value() {
        return new Wait<>(this);
    }

    /// Waits for the value on the calling thread. Not for use inside a task.
    ///
    /// @return the value
    /// @throws InterruptedException when the thread was interrupted while it waited
    public T valueBlocking() throws InterruptedException {
        return Blocking.awaitUnchecked(value());
    }

    /// The value if it is set.
    ///
    /// @return the value, or `null`
    public @Nullable T peek() {
        return isSet() ? value : null;
    }

    /// Whether the value is set.
    ///
    /// @return `true` from then on
    public boolean isSet() {
        return passes(word);
    }

    @Override
    boolean passes(long word) {
        return (word & SET) != 0;
    }

    @Override
    public String toString() {
        return "SetOnce[" + (isSet() ? value : "not set") + "]";
    }

    private static final class Wait<T> extends RoundWaiter<T> {
        private final SetOnce<T> cell;

        Wait(SetOnce<T> cell) {
            super(cell);
            this.cell = cell;
        }

        @Override
        @Nullable
        Object value() {
            return cell.value;
        }

        @Override
        public void describe(Description to) {
            describe(to, "SetOnce.value", "a value to be set");
        }
    }
}
