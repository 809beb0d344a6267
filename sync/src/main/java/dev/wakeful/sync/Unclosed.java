// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.Context;
import dev.wakeful.Report;
import dev.wakeful.TaskRef;
import dev.wakeful.internal.Begun;
import dev.wakeful.internal.CallSite;
import java.lang.ref.WeakReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Finds what should have been closed and became unreachable instead.
///
/// Of what the tasks hold whose futures are watched, every 16th is: its place is found by a walk over the stack, which
/// takes a hundred times as long as to take a lock, and such a task may take locks all day. Ends of channels are made
/// without a task, so every so many of them is watched. Where there are tests each one is. What is not watched costs a
/// comparison.
final class Unclosed {
    /// Mixes the count, since channels make a sender and a receiver in turns, and not one kind alone is to be watched.
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    /// How many ends of channels were made. One more or less does no harm.
    private static long made;

    private static final int HELD_ONE_IN = 16;

    /// How many guards and permits watched tasks have acquired. One more or less does no harm.
    private static int held;

    private Unclosed() {}

    /// Watches a guard or permit that the poll of `cx` acquired.
    ///
    /// @return the watch, to be ended when it is closed, or `null` when it is not watched
    static Begun.@Nullable Watch held(Object guard, Context cx, String kind, String name, String harm) {
        TaskRef task = cx.task();
        return task != null && Begun.watches(task.id()) && isNext() ? watch(guard, task, cx, kind, name, harm) : null;
    }

    private static boolean isNext() {
        return Begun.watchesAll() || held++ % HELD_ONE_IN == 0;
    }

    private static Begun.@Nullable Watch watch(
            Object guard, TaskRef task, Context cx, String kind, String name, String harm) {
        Consumer<Report> reports = cx.find(Report.KEY);
        if (reports == null) {
            return null;
        }
        String what = Names.of(kind, name) + ", acquired by " + task + site();
        return Begun.watch(
                guard, what, reports, text -> new Report("unclosed", text + " was never closed, so " + harm, null));
    }

    /// Watches an end of a channel that is being made: `a kind of type name`.
    ///
    /// @param channel what the ends have in common; when that is gone too, nobody misses anything
    /// @param lost is told of an end that was lost; does not hold it
    /// @return the watch, to be ended when it is closed, or `null` when it is not watched
    static <C> Begun.@Nullable Watch end(
            Object end, C channel, BiConsumer<C, Report> lost, String kind, String type, String name, String harm) {
        return Begun.watches((made++ * SPREAD) >>> 40) ? watch(end, channel, lost, kind, type, name, harm) : null;
    }

    private static <C> Begun.Watch watch(
            Object end, C channel, BiConsumer<C, Report> lost, String kind, String type, String name, String harm) {
        var kept = new WeakReference<>(channel);
        Consumer<Report> home = report -> {
            C still = kept.get();
            if (still != null) {
                lost.accept(still, report);
            }
        };
        String what = "a " + kind + " of " + Names.of(type, name) + ", made" + site();
        return Begun.watch(
                end, what, home, text -> new Report("unclosed", text + " was never closed, so " + harm, null));
    }

    static void closed(Begun.@Nullable Watch watch) {
        if (watch != null) {
            watch.end();
        }
    }

    private static String site() {
        StackTraceElement site = CallSite.outside(CallSite::isLibrary);
        return site == null ? "" : " at " + site;
    }
}
