// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import dev.wakeful.compiler.assembler.Assembler;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.StackInstruction;
import java.util.ArrayList;
import java.util.List;

/// Writes what becomes of objects that would have to live across an await before their constructor has run: they are
/// not on the stack until it runs, and then made at once.
final class NewWriter {
    private final BlockPlan plan;
    private final Frames frames;
    private final Slots slots;

    NewWriter(BlockPlan plan, Frames frames) {
        this.plan = plan;
        this.frames = frames;
        this.slots = plan.slots();
    }

    private Assembler code() {
        return frames.code();
    }

    /// Writes a stack instruction, without those of its values that are not there.
    void shuffle(int i, StackInstruction instruction, List<VType> stack) {
        if (plan.relocated.isEmpty()) {
            plan.body.copy(i, code());
            return;
        }
        int count = Values.taken(instruction, stack);
        List<VType> moved = stack.subList(stack.size() - count, stack.size());
        if (moved.stream().noneMatch(plan::isRelocated)) {
            plan.body.copy(i, code());
            return;
        }
        var before = new ArrayList<Integer>();
        for (int place = 0; place < count; place++) {
            if (!plan.isRelocated(moved.get(place))) {
                before.add(place);
            }
        }
        var after = new ArrayList<Integer>();
        for (int place : Values.order(instruction, moved)) {
            if (!plan.isRelocated(moved.get(place))) {
                after.add(place);
            }
        }
        if (before.equals(after)) {
            return;
        }
        for (int place : before.reversed()) {
            code().store(BodyWriter.kind(moved.get(place)), slots.temps() + 2 * place);
        }
        for (int place : after) {
            code().load(BodyWriter.kind(moved.get(place)), slots.temps() + 2 * place);
        }
    }

    /// Whether a call is the constructor of such an object.
    boolean isConstructor(InvokeInstruction call, Values.State state) {
        if (!call.name().equalsString("<init>")) {
            return false;
        }
        int receiver =
                state.stack().size() - 1 - plan.body.signatures.of(call.type()).parameters();
        return plan.isRelocated(state.stack().get(receiver));
    }

    /// Makes the object now: parks the arguments, `new`, the constructor, and a copy for every place that held one.
    void construct(int i, InvokeInstruction call, Values.State state) {
        List<VType> stack = state.stack();
        int receiver = stack.size() - 1 - plan.body.signatures.of(call.type()).parameters();
        VType fresh = stack.get(receiver);
        int lowest = stack.indexOf(fresh);
        int temp = slots.temps();
        var parked = new int[stack.size()];
        for (int place = stack.size() - 1; place >= lowest; place--) {
            if (!plan.isRelocated(stack.get(place))) {
                parked[place] = temp;
                code().store(BodyWriter.kind(stack.get(place)), temp);
                temp += 2;
            }
        }
        code().make(call.owner().asSymbol()).dup();
        for (int place = receiver + 1; place < stack.size(); place++) {
            code().load(BodyWriter.kind(stack.get(place)), parked[place]);
        }
        plan.body.copy(i, code());
        code().astore(temp);
        for (int local = 0; local < state.locals().length; local++) {
            if (fresh.equals(state.locals()[local])) {
                code().aload(temp).astore(slots.of(local));
            }
        }
        for (int place = lowest; place < receiver; place++) {
            VType type = stack.get(place);
            if (fresh.equals(type)) {
                code().aload(temp);
            } else if (!plan.isRelocated(type)) {
                code().load(BodyWriter.kind(type), parked[place]);
            }
        }
    }
}
