// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.internal;

import java.util.ArrayDeque;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/*
 * A future is watched from its making to its first poll, by the thread that makes it, while that thread belongs to somebody
 * who wants to know. The collector then says which of them nobody can poll any more. One that was handed to another future
 * counts as polled from that one's first poll on: a branch that a select has no need to poll is no mistake.
 */

/// Finds futures that were made and never polled.
public final class Unpolled {
    private static final String GENERATED = "$async$";
    private static final String CONSTRUCTOR = "<init>";

    /// Who is told of the futures that this thread makes.
    private static final ThreadLocal<@Nullable Consumer<String>> HOME = new ThreadLocal<>();

    /// Goes on with the first home. Read on the way of every future that is made; the thread that has a home has set
    /// it.
    private static boolean on;

    /// Tells the second about each child of the first.
    private static volatile BiConsumer<Object, Consumer<Object>> children = (owner, found) -> {};

    private Unpolled() {}

    /// How the children of a future are found; said by the class of those that have any.
    ///
    /// @param how tells the second about each child of the first
    public static void children(BiConsumer<Object, Consumer<Object>> how) {
        children = how;
    }

    /// From now on the futures that this thread makes are watched.
    ///
    /// @param home is told of those that are lost, in words; `null` ends it
    /// @return who was told before
    public static @Nullable Consumer<String> watch(@Nullable Consumer<String> home) {
        on |= home != null;
        Consumer<String> before = HOME.get();
        HOME.set(home);
        return before;
    }

    /// Whether anybody wants to know, so that [#made] is to be called.
    ///
    /// @return whether a thread was ever watched
    public static boolean isOn() {
        return on;
    }

    /// Watches a future that is being made, if its thread is watched.
    ///
    /// @param future the future, which need not be complete yet
    /// @param what says what the future is, when it is asked for its text; must not hold the future
    /// @return whether [#polled] is to be called at its first poll
    public static boolean made(Object future, Object what) {
        Consumer<String> home = HOME.get();
        if (home == null) {
            return false;
        }
        Begun.add(future, what + madeAt(future.getClass()), home, Unpolled::inWords);
        return true;
    }

    private static String inWords(String what) {
        return what + " was never polled, so nothing of it ever ran; await it, spawn it, or return it to one who does";
    }

    private static String madeAt(Class<?> type) {
        StackTraceElement site = CallSite.outside(frame -> isBetween(frame, type));
        return site == null ? "" : ", made at " + site + ",";
    }

    /// Frames of the library and of generated classes stand between the one who makes a future and here.
    private static boolean isBetween(StackWalker.StackFrame frame, Class<?> future) {
        String type = frame.getClassName();
        return CallSite.isLibrary(frame)
                || type.contains(GENERATED)
                || (frame.getMethodName().equals(CONSTRUCTOR) && isClassOf(type, future));
    }

    private static boolean isClassOf(String name, Class<?> future) {
        for (@Nullable Class<?> at = future; at != null; at = at.getSuperclass()) {
            if (at.getName().equals(name)) {
                return true;
            }
        }
        return false;
    }

    /// A future is polled for the first time, or wound down, or belongs to somebody who may do without it; and with it
    /// the futures that it names as its own.
    ///
    /// @param future the future
    public static void polled(Object future) {
        Begun.remove(future);
        var owners = new ArrayDeque<Object>();
        Consumer<Object> owned = child -> {
            if (Begun.remove(child)) { // else what is behind it has been seen already
                owners.add(child);
            }
        };
        for (Object owner = future; owner != null; owner = owners.poll()) {
            children.accept(owner, owned);
        }
    }
}
