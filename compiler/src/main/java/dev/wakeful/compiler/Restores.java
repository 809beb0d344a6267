// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import dev.wakeful.compiler.assembler.Assembler;
import dev.wakeful.compiler.assembler.Place;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Writes what a suspension saves in the fields of the machine, and how a resume brings it back and goes on.
///
/// An await outside of loops is gone on with at once. One in a loop is gone on with through the header of the loop, the
/// outermost first, so that the loop keeps its one entry, without which C2 makes slow code of it:
///
/// ```
///   resume k:  poll; target = k; what header h has a local for is restored; -> h
///   h:         target != 0? -> dispatch h
///              the loop
///   dispatch h, out of line:
///              target k -> restore the rest; target = 0; -> join k
///                       or what the next header inwards has a local for; -> that header
/// ```
///
/// A local that the header knows and the await does not need is set to zero or null on this way.
final class Restores {
    private static final int NOWHERE = -1;

    private final BlockPlan plan;
    private final Assembler out;
    private final Frames frames;
    private final Slots slots;
    private final HeaderLines lines;
    private final ClassDesc machine;

    /// Where each header sends a resume.
    private final Map<Integer, Dispatch> dispatches = new HashMap<>();

    /// A way from a header inwards.
    ///
    /// @param k the await
    /// @param next the place of the next header in the list of those around it
    /// @param end where to go behind the last
    private record Way(int k, int next, Place end) {}

    /// @param ways by target
    /// @param last the last await in the loop
    private record Dispatch(Place label, TreeMap<Integer, Way> ways, int last) {}

    Restores(BlockPlan plan, Assembler out, Frames frames, HeaderLines lines) {
        this.plan = plan;
        this.out = out;
        this.frames = frames;
        this.slots = plan.slots();
        this.lines = lines;
        this.machine = plan.machine();
        for (int k = plan.headers.size() - 1; k >= 0; k--) {
            for (int header : plan.headers.get(k)) {
                if (!dispatches.containsKey(header)) {
                    dispatches.put(header, new Dispatch(new Place(), new TreeMap<>(), k));
                }
            }
        }
    }

    private Assembler code() {
        return frames.code();
    }

    // ------------------------------------------------------------------------------------------------- saving

    /// Saves the stack, whose entries it takes off, and the locals; clears what holds nothing now.
    void save(int k) {
        List<Layout.Saved> saved = plan.states.get(k);
        List<Layout.Field> unused = plan.unused(k);
        boolean isWiped = unused.size() > BlockPlan.FEW;
        if (isWiped) {
            out.aload(slots.machine()).callVirtual(plan.machine(), MachineWriter.WIPE, ConstantDescs.MTD_void);
        }
        for (Layout.Saved one : saved.reversed()) {
            if (one.value().onStack()) {
                saveTop(one);
            }
        }
        for (Layout.Saved one : saved) {
            Layout.Field field = one.field();
            if (!one.value().onStack() && field != null) {
                out.aload(slots.machine())
                        .load(
                                BodyWriter.kind(one.value().type()),
                                slots.of(one.value().place()))
                        .put(machine, field.name, field.type());
            }
        }
        for (Layout.Field field : isWiped ? List.<Layout.Field>of() : unused) {
            out.aload(slots.machine()).constNull().put(machine, field.name, field.type());
        }
    }

    private void saveTop(Layout.Saved one) {
        Layout.Field field = one.field();
        if (field == null) {
            out.pop();
        } else if (one.value().type().isWide()) {
            out.aload(slots.machine()).dupX2().pop().put(machine, field.name, field.type());
        } else {
            out.aload(slots.machine()).swap().put(machine, field.name, field.type());
        }
    }

    // ------------------------------------------------------------------------------------------------- going on

    /// With the value of the await on the stack: restores, and goes on with the value.
    void goOn(int k, Place join) {
        if (plan.headers.get(k).isEmpty()) {
            boolean hasStack = hasStack(k);
            if (hasStack) {
                code().astore(slots.temps());
            }
            locals(k, NOWHERE);
            if (hasStack) {
                stack(k);
                out.aload(slots.temps());
            }
            code().jump(join);
        } else {
            through(new Way(k, 0, join), k + 1);
        }
    }

    private boolean hasStack(int k) {
        for (Layout.Saved one : plan.states.get(k)) {
            if (one.value().onStack()) {
                return true;
            }
        }
        return false;
    }

    /// With its failure on the stack: restores the locals, and goes on with the failure.
    void goOnFailed(int k, Place thrown) {
        if (plan.headers.get(k).isEmpty()) {
            code().astore(slots.temps());
            locals(k, NOWHERE);
            code().aload(slots.temps()).jump(thrown);
        } else {
            through(new Way(k, 0, thrown), plan.body.awaits.size() + k + 1);
        }
    }

    private void through(Way way, int target) {
        code().astore(slots.outcome());
        out.constant(target).store(TypeKind.INT, slots.target());
        enter(way, NOWHERE);
        for (int place = 0; place < plan.headers.get(way.k).size(); place++) {
            dispatch(plan.headers.get(way.k).get(place)).ways.put(target, new Way(way.k, place + 1, way.end));
        }
    }

    private Dispatch dispatch(int header) {
        return Objects.requireNonNull(dispatches.get(header));
    }

    /// Stands at the header of a loop.
    void header(int index) {
        Dispatch dispatch = dispatches.get(index);
        if (dispatch != null) {
            code().load(TypeKind.INT, slots.target()).ifNotZero(dispatch.label);
        }
    }

    /// Behind the code of an await: where those headers lead that it is the last one behind. So this code is in the
    /// line of the header, or of an await in its loop, and a debugger that steps shows no other.
    void outOfLine(int k) {
        for (int header : plan.headers.get(k).reversed()) {
            if (dispatch(header).last == k) {
                outOfLine(header, dispatch(header));
            }
        }
    }

    private void outOfLine(int header, Dispatch dispatch) {
        lines.outOfLine(header);
        var labels = new ArrayList<Place>();
        var cases = new TreeMap<Integer, Place>();
        for (int target : dispatch.ways.keySet()) {
            Place label = cases.isEmpty() && dispatch.ways.size() == 1 ? dispatch.label : new Place();
            labels.add(label);
            cases.put(target, label);
        }
        if (cases.size() > 1) {
            frame(dispatch.label, header);
            cases.pollLastEntry();
            code().load(TypeKind.INT, slots.target()).lookupSwitch(labels.getLast(), cases);
        }
        var label = labels.iterator();
        for (Map.Entry<Integer, Way> way : dispatch.ways.entrySet()) {
            frame(label.next(), header);
            inwards(way.getValue(), header, way.getKey() > plan.body.awaits.size());
        }
    }

    private void frame(Place label, int header) {
        var state = plan.values.before(header);
        frames.at(label, state.locals(), plan.flow.there(header), state.stack());
    }

    /// From one header to the next, or to the await.
    private void inwards(Way way, int from, boolean failed) {
        code();
        for (VType type : plan.values.before(from).stack().reversed()) {
            if (!plan.isRelocated(type)) {
                pop(type);
            }
        }
        if (way.next < plan.headers.get(way.k).size()) {
            enter(way, from);
            return;
        }
        locals(way.k, from);
        out.constant(0).store(TypeKind.INT, slots.target());
        if (failed) {
            out.aload(slots.outcome()).cast(Names.THROWABLE);
        } else {
            stack(way.k);
            out.aload(slots.outcome());
        }
        out.jump(way.end);
    }

    private void pop(VType type) {
        if (type.isWide()) {
            out.pop2();
        } else {
            out.pop();
        }
    }

    /// Makes locals and stack fit the frame of a header, and goes there.
    private void enter(Way way, int from) {
        int header = plan.headers.get(way.k).get(way.next);
        var state = plan.values.before(header);
        BitSet there = plan.flow.there(header);
        for (int local = plan.isInstance ? 1 : 0; local < state.locals().length; local++) {
            VType type = state.locals()[local];
            if (type == null || !there.get(local) || plan.isRelocated(type)) {
                continue;
            }
            Layout.Saved saved = carried(way.k, header, local);
            boolean isThere = saved == null
                    ? from != NOWHERE && type.equals(known(from, local))
                    : from != NOWHERE && carried(way.k, from, local) != null;
            if (!isThere) {
                if (saved == null) {
                    zero(type, out);
                } else {
                    load(saved);
                }
                out.store(BodyWriter.kind(type), slots.of(local));
            }
        }
        for (int place = 0; place < state.stack().size(); place++) {
            VType type = state.stack().get(place);
            if (!plan.isRelocated(type)) {
                pushed(way.k, new Layout.Value(true, place, type));
            }
        }
        out.jump(lines.entered(header));
    }

    private void pushed(int k, Layout.Value value) {
        for (Layout.Saved one : plan.states.get(k)) {
            if (one.value().onStack() == value.onStack()
                    && one.value().place() == value.place()
                    && one.value().type().equals(value.type())) {
                load(one);
                return;
            }
        }
        zero(value.type(), out);
    }

    static void zero(VType type, Assembler out) {
        out.zero(BodyWriter.kind(type));
    }

    /// The type a header has a local for, or null.
    private @Nullable VType known(int header, int local) {
        return plan.flow.there(header).get(local) ? plan.values.before(header).locals()[local] : null;
    }

    /// How a local that an await needs is saved, when a header has a local of the same type for it; else null.
    private Layout.@Nullable Saved carried(int k, int header, int local) {
        VType type = known(header, local);
        for (Layout.Saved one : plan.states.get(k)) {
            if (!one.value().onStack()
                    && one.value().place() == local
                    && one.value().type().equals(type)) {
                return one;
            }
        }
        return null;
    }

    // ------------------------------------------------------------------------------------------------- restoring

    /// Restores the locals that an await needs, but for those that came through a header.
    private void locals(int k, int from) {
        for (Layout.Saved one : plan.states.get(k)) {
            if (!one.value().onStack()
                    && (from == NOWHERE || carried(k, from, one.value().place()) == null)) {
                local(one);
            }
        }
    }

    /// Restores one local.
    void local(Layout.Saved one) {
        load(one);
        out.store(BodyWriter.kind(one.value().type()), slots.of(one.value().place()));
    }

    private void stack(int k) {
        for (Layout.Saved one : plan.states.get(k)) {
            if (one.value().onStack()) {
                load(one);
            }
        }
    }

    private void load(Layout.Saved one) {
        Layout.Field field = one.field();
        if (field == null) {
            code().constNull();
            return;
        }
        code().aload(slots.machine()).get(machine, field.name, field.type());
        ClassDesc type = one.value().type().desc();
        if (type != null && !type.equals(field.type())) {
            out.cast(type);
        }
    }
}
