// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.ThrowInstruction;
import java.util.BitSet;
import java.util.List;
import java.util.TreeMap;

/// Which handlers of a body meet the signal of a cancel, and which awaits can be reached after it.
final class Unwinding {
    /// What stands at the entry of a handler.
    enum Entry {
        /// A `finally`, or the closing of a resource: it runs, and throws on.
        CLEANUP,
        /// A `catch (Throwable)` of the user's: it does not see the signal.
        CATCH_ALL,
        /// Any other `catch`, which the signal does not match.
        CATCH
    }

    /// What javac calls the variable of a try-with-resources, where it names it at all.
    private static final String CLOSING = "t$";

    private final TreeMap<Integer, Entry> entries = new TreeMap<>();
    private final BitSet gated = new BitSet();
    private final BitSet cleanups = new BitSet();

    Unwinding(CodeBody body, Flow flow) {
        for (CodeBody.Handler row : body.handlers) {
            if (coversAny(row, body.awaits)) {
                entries.put(row.entry(), kind(body, row));
            }
        }
        if (entries.isEmpty()) {
            return;
        }
        BitSet reached = flow.reachable(entries.keySet(), -1);
        for (CodeBody.Handler row : body.handlers) {
            if (body.length() > row.entry() && reached.get(row.entry())) {
                entries.putIfAbsent(row.entry(), kind(body, row));
            }
        }
        for (int await : body.awaits) {
            if (reached.get(await)) {
                gated.set(await);
            }
        }
        if (gated.isEmpty()) {
            return;
        }
        for (CodeBody.Handler row : body.handlers) {
            if (row.type() == null && entries.containsKey(row.entry())) {
                BitSet others = flow.reachable(List.of(0), row.entry());
                for (int at = gated.nextSetBit(0); at >= 0; at = gated.nextSetBit(at + 1)) {
                    if (!others.get(at)) {
                        cleanups.set(at);
                    }
                }
            }
        }
    }

    private static boolean coversAny(CodeBody.Handler row, List<Integer> awaits) {
        for (int await : awaits) {
            if (row.covers(await)) {
                return true;
            }
        }
        return false;
    }

    /// Whether an exception at some await is seen by the body at all.
    boolean hasCleanup() {
        return !entries.isEmpty();
    }

    /// What the handler that starts at an instruction is, or null when none does that matters here.
    @org.jspecify.annotations.Nullable
    Entry entryAt(int index) {
        return entries.get(index);
    }

    /// Whether an await can be reached while the body is being unwound.
    boolean isGated(int await) {
        return gated.get(await);
    }

    /// Whether an await stands in clean-up that runs because of an exception.
    boolean isCleanup(int await) {
        return cleanups.get(await);
    }

    private static Entry kind(CodeBody body, CodeBody.Handler row) {
        if (row.type() == null) {
            return Entry.CLEANUP;
        }
        if (!row.type().name().equalsString("java/lang/Throwable")) {
            return Entry.CATCH;
        }
        return closesResource(body, row.entry()) ? Entry.CLEANUP : Entry.CATCH_ALL;
    }

    /// Whether this is the handler of a try-with-resources: it keeps what was thrown in a variable without a name,
    /// closes, adds what that throws as suppressed, and throws on.
    private static boolean closesResource(CodeBody body, int entry) {
        if (!(body.instructions[entry] instanceof StoreInstruction kept)) {
            return false;
        }
        int slot = kept.slot();
        for (CodeBody.Variable row : body.variables) {
            if (row.slot() == slot && row.start() == entry + 1 && !row.name().equalsString(CLOSING)) {
                return false;
            }
        }
        boolean suppresses = false;
        for (int i = entry + 1; i < body.length(); i++) {
            if (body.instructions[i] instanceof InvokeInstruction call
                    && call.name().equalsString("addSuppressed")
                    && loads(body, i - 2, slot)) {
                suppresses = true;
            } else if (body.instructions[i] instanceof ThrowInstruction && loads(body, i - 1, slot)) {
                return suppresses;
            } else if (body.instructions[i] instanceof StoreInstruction again && again.slot() == slot) {
                return false;
            }
        }
        return false;
    }

    private static boolean loads(CodeBody body, int index, int slot) {
        return body.instructions[index] instanceof LoadInstruction load && load.slot() == slot;
    }
}
