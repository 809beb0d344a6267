// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.attribute.StackMapFrameInfo;
import java.lang.classfile.attribute.StackMapFrameInfo.ObjectVerificationTypeInfo;
import java.lang.classfile.attribute.StackMapFrameInfo.SimpleVerificationTypeInfo;
import java.lang.classfile.attribute.StackMapFrameInfo.VerificationTypeInfo;
import java.lang.classfile.attribute.StackMapTableAttribute;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes the frames of a new body: those of the class file, with the locals in their new slots and without those that
/// no resume restores, and those of the code that is added. So no class hierarchy is ever asked for.
final class Frames {
    private static final @Nullable VType[] NO_LOCALS = {};

    private final BlockPlan plan;
    private final CodeBuilder out;
    private final Label[] newAt;
    private final List<StackMapFrameInfo> frames = new ArrayList<>();
    private final Map<ClassDesc, VerificationTypeInfo> references = new HashMap<>();
    private final Slots slots;

    /// What every frame has, by slot, and the last slot of it.
    private final VerificationTypeInfo[] added;

    private final int lastAdded;

    private boolean atFrame;

    /// @param newAt the places of the `new` instructions, which types of objects that are not constructed name
    Frames(BlockPlan plan, CodeBuilder out, Label[] newAt) {
        this.plan = plan;
        this.out = out;
        this.newAt = newAt;
        this.slots = plan.slots();
        this.added = added();
        this.lastAdded = slots.resumesInLoops() ? slots.outcome() : slots.context();
    }

    private VerificationTypeInfo[] added() {
        var bySlot = new VerificationTypeInfo[slots.temps() + 1];
        Arrays.fill(bySlot, SimpleVerificationTypeInfo.TOP);
        if (plan.isInstance) {
            bySlot[0] = reference(plan.host());
        }
        bySlot[slots.machine()] = reference(plan.machine());
        bySlot[slots.context()] = reference(Names.CONTEXT);
        if (slots.resumesInLoops()) {
            bySlot[slots.target()] = SimpleVerificationTypeInfo.INTEGER;
            bySlot[slots.outcome()] = reference(Names.OBJECT);
        }
        return bySlot;
    }

    /// Everything that emits code says so, so that the next frame knows that it is not at the place of the one before.
    CodeBuilder code() {
        atFrame = false;
        return out;
    }

    /// Binds a label that has a frame. Two frames cannot share a place, so a `nop` may come before.
    void at(Label label, @Nullable VType[] locals, BitSet kept, List<VType> stack) {
        if (atFrame) {
            out.nop();
        }
        out.labelBinding(label);
        frames.add(StackMapFrameInfo.of(label, locals(locals, kept), stack(stack)));
        atFrame = true;
    }

    /// Binds a label at which only the machine and the like are known.
    void bare(Label label, List<VType> stack) {
        at(label, NO_LOCALS, new BitSet(), stack);
    }

    void write() {
        if (!frames.isEmpty()) {
            out.with(StackMapTableAttribute.of(frames));
        }
    }

    private List<VerificationTypeInfo> stack(List<VType> stack) {
        var infos = new ArrayList<VerificationTypeInfo>();
        for (VType type : stack) {
            if (!plan.isRelocated(type)) {
                infos.add(info(type));
            }
        }
        return infos;
    }

    private VerificationTypeInfo info(VType type) {
        return type.desc() == null ? type.info(newAt) : reference(type.desc());
    }

    private VerificationTypeInfo reference(ClassDesc type) {
        VerificationTypeInfo known = references.get(type);
        if (known == null) {
            known = ObjectVerificationTypeInfo.of(type);
            references.put(type, known);
        }
        return known;
    }

    private List<VerificationTypeInfo> locals(@Nullable VType[] locals, BitSet kept) {
        VerificationTypeInfo[] bySlot = added.clone();
        int last = lastAdded;
        for (int local = kept.nextSetBit(0); local >= 0 && local < locals.length; local = kept.nextSetBit(local + 1)) {
            VType type = locals[local];
            if (type != null && !plan.isRelocated(type)) {
                int slot = slots.of(local);
                bySlot[slot] = info(type);
                last = Math.max(last, slot);
            }
        }
        return withoutSecondHalves(bySlot, last + 1);
    }

    /// The slots of a new body in the form of a frame, where a wide value is one entry.
    private static List<VerificationTypeInfo> withoutSecondHalves(VerificationTypeInfo[] bySlot, int length) {
        int count = 0;
        for (int slot = 0; slot < length; slot++) {
            VerificationTypeInfo info = bySlot[slot];
            bySlot[count++] = info;
            if (info == SimpleVerificationTypeInfo.LONG || info == SimpleVerificationTypeInfo.DOUBLE) {
                slot++;
            }
        }
        return Arrays.asList(bySlot).subList(0, count);
    }
}
