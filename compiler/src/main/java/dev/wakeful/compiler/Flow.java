// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.lang.classfile.Instruction;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/// What control flow says about the locals of a body: which are still needed (backwards), and which are there on every
/// path once a resume has restored no more than the needed ones (forwards). Both are one data flow for all awaits.
final class Flow {
    private static final int[] NONE = {};

    private final CodeBody body;
    private final Values values;

    /// The entries of the handlers that cover an instruction, innermost first.
    final int[][] handlersAt;

    /// The local that an instruction reads, and the one that it writes, or -1.
    private final int[] read;

    private final int[] written;

    private final BitSet[] live;
    private final BitSet[] there;

    Flow(CodeBody body, Values values) {
        this.body = body;
        this.values = values;
        this.handlersAt = new int[body.length()][];
        for (int i = 0; i < body.length(); i++) {
            handlersAt[i] = NONE;
        }
        for (CodeBody.Handler row : body.handlers) {
            cover(row);
        }
        this.read = new int[body.length()];
        this.written = new int[body.length()];
        for (int i = 0; i < body.length(); i++) {
            note(i, body.instructions[i]);
        }
        this.live = liveness();
        this.there = availability();
    }

    private void note(int i, Instruction instruction) {
        read[i] = -1;
        written[i] = -1;
        if (instruction instanceof LoadInstruction load) {
            read[i] = load.slot();
        } else if (instruction instanceof StoreInstruction store) {
            written[i] = store.slot();
        } else if (instruction instanceof IncrementInstruction increment) {
            read[i] = increment.slot(); // what it writes was there before
        }
    }

    /// Neighbours with the same handlers share their array, so there is one array per range.
    private void cover(CodeBody.Handler row) {
        int[] before = NONE;
        int[] after = NONE;
        for (int i = row.start(); i < row.end(); i++) {
            if (handlersAt[i] != before || i == row.start()) {
                before = handlersAt[i];
                after = with(before, row.entry());
            }
            handlersAt[i] = after;
        }
    }

    private static int[] with(int[] entries, int entry) {
        for (int one : entries) {
            if (one == entry) {
                return entries;
            }
        }
        int[] all = Arrays.copyOf(entries, entries.length + 1);
        all[entries.length] = entry;
        return all;
    }

    /// The locals whose value may be read from this instruction on, exception edges included.
    BitSet live(int index) {
        return live[index];
    }

    /// The locals that hold their value before this instruction on every path, resumes included.
    BitSet there(int index) {
        return there[index];
    }

    /// Whether some way leads back, exception edges included. Without one there is no loop.
    boolean hasBackEdges() {
        for (int i = 0; i < body.length(); i++) {
            if (leadsBack(i, body.targets(i)) || leadsBack(i, handlersAt[i])) {
                return true;
            }
        }
        return false;
    }

    private static boolean leadsBack(int from, int[] to) {
        for (int one : to) {
            if (one <= from) {
                return true;
            }
        }
        return false;
    }

    /// Whether an instruction does nothing but lead to the next one, which then has the same live locals: they share
    /// their set.
    private boolean isPlain(int i) {
        return read[i] < 0
                && written[i] < 0
                && handlersAt[i].length == 0
                && body.targets(i).length == 0
                && body.successors(i).length == 1;
    }

    private BitSet[] liveness() {
        int n = body.length();
        var in = new BitSet[n];
        for (int i = n - 1; i >= 0; i--) {
            in[i] = isPlain(i) ? in[i + 1] : new BitSet();
        }
        var now = new BitSet();
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int i = n - 1; i >= 0; i--) {
                if (isPlain(i)) {
                    continue;
                }
                now.clear();
                for (int next : body.successors(i)) {
                    now.or(in[next]);
                }
                if (written[i] >= 0) {
                    now.clear(written[i]);
                } else if (read[i] >= 0) {
                    now.set(read[i]);
                }
                for (int entry : handlersAt[i]) {
                    now.or(in[entry]); // with the state before: a store inside the range does not kill
                }
                if (!now.equals(in[i])) {
                    in[i].or(now); // they only grow
                    changed = true;
                }
            }
        }
        return in;
    }

    private BitSet[] availability() {
        int n = body.length();
        var in = new BitSet[n];
        for (int i = 0; i < n; i++) {
            boolean isSame =
                    i > 0 && values.before(i).locals() == values.before(i - 1).locals();
            if (isSame) {
                in[i] = isAlone(i) && isPlain(i - 1) && body.awaitAt(i - 1) < 0
                        ? in[i - 1]
                        : (BitSet) in[i - 1].clone();
            } else {
                in[i] = typed(i);
            }
        }
        var awaits = new BitSet();
        for (int await : body.awaits) {
            awaits.set(await);
        }
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int i = 0; i < n; i++) {
                BitSet out = in[i];
                if (awaits.get(i)) {
                    out = (BitSet) out.clone();
                    out.and(live[i]);
                }
                for (int entry : handlersAt[i]) {
                    changed |= narrow(in[entry], out);
                }
                if (written[i] >= 0) {
                    out = (BitSet) out.clone();
                    out.set(written[i]);
                }
                for (int next : body.successors(i)) {
                    changed |= in[next] != out && narrow(in[next], out);
                }
            }
        }
        return in;
    }

    /// Whether nothing but the instruction before leads to an instruction: others lead to frames.
    private boolean isAlone(int i) {
        return body.frames[i] == null;
    }

    private static boolean narrow(BitSet set, BitSet by) {
        int before = set.cardinality();
        set.and(by);
        return set.cardinality() != before;
    }

    private BitSet typed(int index) {
        var set = new BitSet();
        var locals = values.before(index).locals();
        for (int slot = 0; slot < locals.length; slot++) {
            if (locals[slot] != null) {
                set.set(slot);
            }
        }
        return set;
    }

    /// The instructions that can be reached from some without entering one of them, exception edges included.
    BitSet reachable(Iterable<Integer> from, int avoiding) {
        var seen = new BitSet();
        var work = new ArrayDeque<Integer>();
        for (int start : from) {
            if (start != avoiding && !seen.get(start)) {
                seen.set(start);
                work.add(start);
            }
        }
        while (!work.isEmpty()) {
            int at = work.remove();
            visit(body.successors(at), avoiding, seen, work);
            visit(handlersAt[at], avoiding, seen, work);
        }
        return seen;
    }

    private static void visit(int[] next, int avoiding, BitSet seen, ArrayDeque<Integer> work) {
        for (int one : next) {
            if (one != avoiding && !seen.get(one)) {
                seen.set(one);
                work.add(one);
            }
        }
    }

    /// The instructions before which a monitor is held.
    BitSet monitorHeld() {
        var held = new BitSet();
        if (!body.usesMonitors) {
            return held;
        }
        int[] depth = new int[body.length()];
        Arrays.fill(depth, -1);
        var work = new ArrayDeque<Integer>(List.of(0));
        depth[0] = 0;
        while (!work.isEmpty()) {
            int at = work.remove();
            if (depth[at] > 0) {
                held.set(at);
            }
            Opcode opcode = body.instructions[at].opcode();
            int after = depth[at] + (opcode == Opcode.MONITORENTER ? 1 : opcode == Opcode.MONITOREXIT ? -1 : 0);
            for (int next : body.successors(at)) {
                if (depth[next] < 0) {
                    depth[next] = Math.max(after, 0);
                    work.add(next);
                }
            }
            for (int entry : handlersAt[at]) {
                if (depth[entry] < 0) {
                    depth[entry] = depth[at];
                    work.add(entry);
                }
            }
        }
        return held;
    }
}
