// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import dev.wakeful.compiler.assembler.Assembler;
import dev.wakeful.compiler.assembler.FrameType;
import dev.wakeful.compiler.assembler.Place;
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
    private final Assembler out;
    private final Place[] newAt;
    private final Map<ClassDesc, FrameType> references = new HashMap<>();
    private final Slots slots;

    /// What every frame has, by slot, and the last slot of it.
    private final FrameType[] added;

    private final int lastAdded;

    private boolean atFrame;

    /// @param newAt the places of the `new` instructions, which types of objects that are not constructed name
    Frames(BlockPlan plan, Assembler out, Place[] newAt) {
        this.plan = plan;
        this.out = out;
        this.newAt = newAt;
        this.slots = plan.slots();
        this.added = added();
        this.lastAdded = slots.resumesInLoops() ? slots.outcome() : slots.context();
    }

    private FrameType[] added() {
        var bySlot = new FrameType[slots.temps() + 1];
        Arrays.fill(bySlot, FrameType.TOP);
        if (plan.isInstance) {
            bySlot[0] = reference(plan.host());
        }
        bySlot[slots.machine()] = reference(plan.machine());
        bySlot[slots.context()] = reference(Names.CONTEXT);
        if (slots.resumesInLoops()) {
            bySlot[slots.target()] = FrameType.INTEGER;
            bySlot[slots.outcome()] = reference(Names.OBJECT);
        }
        return bySlot;
    }

    /// Everything that emits code says so, so that the next frame knows that it is not at the place of the one before.
    Assembler code() {
        atFrame = false;
        return out;
    }

    /// Binds a label that has a frame. Two frames cannot share a place, so a `nop` may come before.
    void at(Place label, @Nullable VType[] locals, BitSet kept, List<VType> stack) {
        if (atFrame) {
            out.nop();
        }
        out.bind(label).frame(locals(locals, kept), stack(stack));
        atFrame = true;
    }

    /// Binds a label at which only the machine and the like are known.
    void bare(Place label, List<VType> stack) {
        at(label, NO_LOCALS, new BitSet(), stack);
    }

    private List<FrameType> stack(List<VType> stack) {
        var infos = new ArrayList<FrameType>();
        for (VType type : stack) {
            if (!plan.isRelocated(type)) {
                infos.add(info(type));
            }
        }
        return infos;
    }

    private FrameType info(VType type) {
        return type.desc() == null ? type.info(newAt) : reference(type.desc());
    }

    private FrameType reference(ClassDesc type) {
        FrameType known = references.get(type);
        if (known == null) {
            known = FrameType.object(type);
            references.put(type, known);
        }
        return known;
    }

    private List<FrameType> locals(@Nullable VType[] locals, BitSet kept) {
        FrameType[] bySlot = added.clone();
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
    private static List<FrameType> withoutSecondHalves(FrameType[] bySlot, int length) {
        int count = 0;
        for (int slot = 0; slot < length; slot++) {
            FrameType info = bySlot[slot];
            bySlot[count++] = info;
            if (info == FrameType.LONG || info == FrameType.DOUBLE) {
                slot++;
            }
        }
        return Arrays.asList(bySlot).subList(0, count);
    }
}
