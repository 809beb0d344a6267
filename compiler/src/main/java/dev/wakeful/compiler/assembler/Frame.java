// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler.assembler;

import java.util.List;

/// The types of locals and stack at an offset, in the form of class files: wide types are one entry.
record Frame(int offset, List<FrameType> locals, List<FrameType> stack) {
    private static final int SAME = 64;
    private static final int ONE_ON_STACK = 247;
    private static final int SAME_LONG = 251;
    private static final int FULL = 255;
    private static final int FEW = 3;

    /// Writes what is new here.
    ///
    /// @param skipped how many bytes lie between the frame before and this one
    /// @param before its locals
    void write(int skipped, List<FrameType> before, Buffer out, Pool pool) {
        int added = locals.size() - before.size();
        if (stack.isEmpty() && Math.abs(added) <= FEW && startsAlike(before)) {
            if (added == 0 && skipped < SAME) {
                out.u1(skipped);
            } else {
                out.u1(SAME_LONG + added);
                out.u2(skipped);
                for (int i = before.size(); i < locals.size(); i++) {
                    write(locals.get(i), out, pool);
                }
            }
        } else if (stack.size() == 1 && added == 0 && startsAlike(before)) {
            if (skipped < SAME) {
                out.u1(SAME + skipped);
            } else {
                out.u1(ONE_ON_STACK);
                out.u2(skipped);
            }
            write(stack.getFirst(), out, pool);
        } else {
            out.u1(FULL);
            out.u2(skipped);
            write(locals, out, pool);
            write(stack, out, pool);
        }
    }

    private boolean startsAlike(List<FrameType> before) {
        int common = Math.min(before.size(), locals.size());
        for (int i = 0; i < common; i++) {
            FrameType one = locals.get(i);
            if (one != before.get(i) && !one.equals(before.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static void write(List<FrameType> types, Buffer out, Pool pool) {
        out.u2(types.size());
        for (FrameType type : types) {
            write(type, out, pool);
        }
    }

    private static void write(FrameType one, Buffer out, Pool pool) {
        out.u1(one.tag);
        Place made = one.made;
        if (one.type != null) {
            out.u2(pool.type(one.type));
        } else if (made != null) {
            out.u2(made.offset);
        }
    }
}
