// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/*
 * Why no wake is lost.
 *
 *   waiting task                      notifying thread
 *   W1  register(waker): swap it in   N1  condition = true
 *   W2  read condition                N2  wake(): swap null in; wake what was there
 *
 * W1 and N2 are volatile read-modify-writes of one variable, so one of them comes first.
 *
 *   - W1 first: N2 takes the waker out and wakes it, and the task polls again. If another notifier took it in
 *     between, that one wakes the task, and the poll that follows starts again at W1.
 *   - N2 first: N2 synchronizes-with W1, so N1 happens-before W2, and W2 sees the condition.
 *
 * A release store at W1 would not do: nothing orders it before W2, so W2 can miss N1 while N2 misses the waker.
 * WakerCellStress shows it.
 *
 * One registering side at a time is the contract of whoever owns the cell; a second that registers *during* another's
 * register() is caught where it can be seen, by REGISTERING.
 */

/// A place for the waker of one waiting task: what leaf futures are built on.
///
/// The waiting side registers its waker *and then* looks at its condition again; the notifying side makes the condition
/// true *and then* wakes. Then no wake is lost, in whichever order the two sides run.
///
/// {@snippet class="WakerCellExamples" region="flag"}
///
/// Any number of threads may wake; one task at a time may register.
///
/// ### Memory consistency
///
/// Actions before [#wake()] happen-before the poll that it leads to, and before what follows a [#register] that comes
/// after it.
public final class WakerCell {
    private static final VarHandle WAKER;
    private static final VarHandle REGISTERING;

    static {
        try {
            var lookup = MethodHandles.lookup();
            WAKER = lookup.findVarHandle(WakerCell.class, "waker", Waker.class);
            REGISTERING = lookup.findVarHandle(WakerCell.class, "registering", boolean.class);
            putBack(new WakerCell(), Waker.noop()); // linked now: there is no room for that where the stack ends
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile @Nullable Waker waker;
    private volatile boolean registering;

    /// An empty cell.
    public WakerCell() {}

    /// Keeps `waker` until it is woken or replaced. Look at the condition again afterwards.
    ///
    /// @param waker the waker of the latest poll
    /// @throws IllegalStateException when another thread is registering at the same time; a cell has one waiting task
    public void register(Waker waker) {
        Objects.requireNonNull(waker, "waker must not be null");
        if (!REGISTERING.compareAndSet(this, false, true)) {
            throw new IllegalStateException(
                    "two threads register with one WakerCell at the same time; give each waiting task a cell of its"
                            + " own");
        }
        WAKER.getAndSet(this, waker);
        registering = false;
    }

    /// Wakes the registered waker, if there is one, and empties the cell. Callable from any thread.
    ///
    /// At the end of a stack it may throw [StackOverflowError]; then it has done nothing, and the cell still has its
    /// waker.
    public void wake() {
        Waker woken = take();
        if (woken != null) {
            try {
                woken.wake();
            } catch (StackOverflowError end) {
                try {
                    putBack(this, woken);
                } catch (StackOverflowError noRoomEither) {
                    if (waker == null) {
                        waker = woken; // mere writes have to do; see putBack
                    }
                }
                throw end;
            }
        }
    }

    /// Puts back who could not be woken, unless somebody has registered meanwhile: the wake has thrown and done
    /// nothing, and who tries it again from where there is room wakes that one.
    ///
    /// Where the room does not suffice for the swap, the same is done in two steps. A side that registers between these
    /// two has its waker replaced by the one it had before: that is the price, at the end of a stack, for not losing
    /// the other every time.
    private static void putBack(WakerCell cell, Waker woken) {
        WAKER.compareAndSet(cell, null, woken);
    }

    /// Takes the registered waker out without waking it: for a waiting side that gives up, and for a notifying side
    /// that wakes later.
    ///
    /// @return the waker, or `null` when there was none
    public @Nullable Waker take() {
        // A swap also when the cell is empty: a mere read would not publish a plain condition to the next register().
        return (Waker) WAKER.getAndSet(this, null);
    }

    @Override
    public String toString() {
        return waker == null ? "WakerCell[empty]" : "WakerCell[registered]";
    }
}
