// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.StackMapFrameInfo;
import java.lang.classfile.attribute.StackMapFrameInfo.SimpleVerificationTypeInfo;
import java.lang.classfile.attribute.StackMapFrameInfo.VerificationTypeInfo;
import java.lang.classfile.attribute.StackMapTableAttribute;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.StackInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes the new body of a block.
///
/// ```
///          dispatch on the state                     in no handler's range
///   start: captured values and parameters to locals
///          the body; at an await k:                  in the ranges of the source
///              poll; pending? -> suspend k
///   join k:    the value is on the stack
///   suspend k: save, return PENDING                  out of line, in no range
///   resume k:  poll; pending? -> return; restore; -> join k
///   fail k:    what the poll threw: restore;
///   throw k:   throw it                              in the ranges that cover await k
/// ```
///
/// The frames are written here too: those of the class file, with the locals shifted and without those that no resume
/// restores, and one for each label above. So no class hierarchy is ever asked for.
final class BodyWriter {
    private final BlockPlan plan;
    private final CodeBody body;
    private final Block block;
    private final ClassDesc machine;
    private final CallSites sites;
    private final CodeBuilder out;

    private final Label[] at;
    private final Label[] newAt;
    private final Label[] join;
    private final Label[] resume;
    private final Label[] suspend;
    private final Label[] thrown;

    private final List<StackMapFrameInfo> frames = new ArrayList<>();
    private boolean atFrame;
    private final int self;
    private final int cx;
    private final int temps;

    BodyWriter(BlockPlan plan, Block block, CallSites sites, CodeBuilder out) {
        this.block = block;
        this.plan = plan;
        this.body = plan.body;
        this.machine = block.machine();
        this.sites = sites;
        this.out = out;
        int awaits = body.awaits.size();
        this.at = labels(body.length() + 1);
        this.newAt = labels(body.length());
        this.join = labels(awaits);
        this.resume = labels(awaits);
        this.suspend = labels(awaits);
        this.thrown = labels(2 * awaits);
        this.self = plan.isInstance ? 1 : 0;
        this.cx = self + 1;
        this.temps = body.code.maxLocals() + 2;
    }

    private Label[] labels(int count) {
        var labels = new Label[count];
        for (int i = 0; i < count; i++) {
            labels[i] = out.newLabel();
        }
        return labels;
    }

    void write() {
        handlers();
        dispatch();
        for (int i = 0; i < body.length(); i++) {
            instruction(i);
        }
        out.labelBinding(at[body.length()]);
        for (int k = 0; k < body.awaits.size(); k++) {
            suspend(k);
            resume(k);
        }
        variables();
        if (!frames.isEmpty()) {
            out.with(StackMapTableAttribute.of(frames));
        }
    }

    // ------------------------------------------------------------------------------------------------- tables

    private void handlers() {
        for (int k = 0; k < body.awaits.size(); k++) {
            if (plan.flow.handlersAt[body.awaits.get(k)].length > 0) {
                Label fail = out.newLabel();
                failures.add(fail);
                Label from = out.newLabel();
                polled.add(from);
                out.exceptionCatchAll(from, resume[k], fail);
            } else {
                failures.add(null);
                polled.add(null);
            }
        }
        for (CodeBody.Handler row : body.handlers) {
            handler(at[row.start()], at[row.end()], at[row.entry()], row.type());
            for (int k = 0; k < body.awaits.size(); k++) {
                if (row.covers(body.awaits.get(k))) {
                    handler(thrown[2 * k], thrown[2 * k + 1], at[row.entry()], row.type());
                }
            }
        }
    }

    /// The start of the poll of a resume, and where its failure goes; null outside all handlers. `resume[k]` is its
    /// end.
    private final List<@Nullable Label> polled = new ArrayList<>();

    private final List<@Nullable Label> failures = new ArrayList<>();

    private void handler(Label from, Label to, Label entry, @Nullable ClassEntry type) {
        if (type == null) {
            out.exceptionCatchAll(from, to, entry);
        } else {
            out.exceptionCatch(from, to, entry, type);
        }
    }

    private void variables() {
        for (CodeBody.Variable row : body.variables) {
            int from = -1;
            for (int i = row.start(); i <= row.end(); i++) {
                boolean there =
                        i < row.end() && i < body.length() && plan.flow.there(i).get(row.slot());
                if (there && from < 0) {
                    from = i;
                } else if (!there && from >= 0) {
                    out.localVariable(
                            slot(row.slot()), row.entry().name(), row.entry().type(), at[from], at[i]);
                    from = -1;
                }
            }
        }
    }

    // ------------------------------------------------------------------------------------------------- frames

    /// Binds a label that has a frame. Two frames cannot share a place, so a `nop` may come before.
    private void frame(Label label, @Nullable VType[] locals, BitSet kept, List<VType> stack) {
        if (atFrame) {
            out.nop();
        }
        out.labelBinding(label);
        frames.add(StackMapFrameInfo.of(label, frameLocals(locals, kept), frameStack(stack)));
        atFrame = true;
    }

    private static final @Nullable VType[] NO_LOCALS = {};

    private void bareFrame(Label label, List<VType> stack) {
        frame(label, NO_LOCALS, new BitSet(), stack);
    }

    private List<VerificationTypeInfo> frameStack(List<VType> stack) {
        var infos = new ArrayList<VerificationTypeInfo>();
        for (VType type : stack) {
            if (!plan.isRelocated(type)) {
                infos.add(type.info(site -> newAt[site]));
            }
        }
        return infos;
    }

    private List<VerificationTypeInfo> frameLocals(@Nullable VType[] locals, BitSet kept) {
        var infos = new ArrayList<VerificationTypeInfo>();
        if (plan.isInstance) {
            infos.add(VType.ref(plan.host()).info(site -> newAt[site]));
        }
        infos.add(VType.ref(machine).info(site -> newAt[site]));
        infos.add(VType.ref(Names.CONTEXT).info(site -> newAt[site]));
        int last = infos.size();
        for (int slot = plan.isInstance ? 1 : 0; slot < locals.length; slot++) {
            VType type = locals[slot];
            if (type != null && kept.get(slot) && !plan.isRelocated(type)) {
                infos.add(type.info(site -> newAt[site]));
                last = infos.size();
                slot += type.isWide() ? 1 : 0;
            } else {
                infos.add(SimpleVerificationTypeInfo.TOP);
            }
        }
        return List.copyOf(infos.subList(0, last));
    }

    /// Everything that emits code says so, so that the next frame knows that it is not at the place of the one before.
    private CodeBuilder code() {
        atFrame = false;
        return out;
    }

    private int slot(int original) {
        return plan.isInstance && original == 0 ? 0 : original + 2;
    }

    // ------------------------------------------------------------------------------------------------- entry

    private void dispatch() {
        int awaits = body.awaits.size();
        block.castMachine(out, self);
        if (awaits > 0) {
            code().aload(self).getfield(machine, "state", ConstantDescs.CD_int);
        }
        if (awaits == 1) {
            out.ifne(polledOrResume(0));
        } else if (awaits > 1) {
            Label start = out.newLabel();
            var cases = new ArrayList<SwitchCase>();
            for (int k = 0; k < awaits; k++) {
                cases.add(SwitchCase.of(k + 1, polledOrResume(k)));
            }
            out.tableswitch(1, awaits, start, cases);
            bareFrame(start, List.of());
        }
        for (Layout.Saved saved : plan.start) {
            restoreLocal(saved);
        }
    }

    private final List<Label> entries = new ArrayList<>();

    /// Where a resume at an await enters.
    private Label polledOrResume(int k) {
        while (entries.size() <= k) {
            Label from = polled.get(entries.size());
            entries.add(from == null ? out.newLabel() : from);
        }
        return entries.get(k);
    }

    // ------------------------------------------------------------------------------------------------- the body

    private void instruction(int i) {
        var state = plan.values.before(i);
        if (body.frames[i] != null) {
            frame(at[i], state.locals(), plan.flow.there(i), state.stack());
        } else {
            out.labelBinding(at[i]);
        }
        if (body.lines[i] != 0) {
            out.lineNumber(body.lines[i]);
        }
        Unwinding.Entry entry = plan.unwinding.entryAt(i);
        if (entry != null) {
            handlerEntry(entry, i);
        }
        int k = body.awaits.indexOf(i);
        if (k >= 0) {
            await(k, i);
        } else {
            plain(i, body.instructions[i], state);
        }
    }

    private void handlerEntry(Unwinding.Entry entry, int i) {
        code().dup().aload(self).swap();
        switch (entry) {
            case CLEANUP -> out.invokevirtual(machine, "cleaningUp", Names.CLEANING_UP);
            case CATCH ->
                out.invokevirtual(machine, "mayCatch", Names.MAY_CATCH).pop();
            case CATCH_ALL -> {
                Label seen = out.newLabel();
                out.invokevirtual(machine, "mayCatch", Names.MAY_CATCH).ifne(seen);
                out.athrow();
                var state = plan.values.before(i);
                frame(seen, state.locals(), plan.flow.there(i), state.stack());
            }
        }
    }

    private void plain(int i, Instruction instruction, Values.State state) {
        switch (instruction) {
            case LoadInstruction load -> {
                VType type = state.locals()[load.slot()];
                if (type == null || !plan.isRelocated(type)) {
                    code().loadLocal(load.typeKind(), slot(load.slot()));
                }
            }
            case StoreInstruction store -> {
                if (!plan.isRelocated(state.top())) {
                    code().storeLocal(store.typeKind(), slot(store.slot()));
                }
            }
            case IncrementInstruction increment -> code().iinc(slot(increment.slot()), increment.constant());
            case BranchInstruction branch -> code().branch(branch.opcode(), at[body.index(branch.target())]);
            case TableSwitchInstruction table ->
                code().tableswitch(
                                table.lowValue(),
                                table.highValue(),
                                at[body.index(table.defaultTarget())],
                                mapped(table.cases()));
            case LookupSwitchInstruction table ->
                code().lookupswitch(at[body.index(table.defaultTarget())], mapped(table.cases()));
            case ReturnInstruction end -> end(end);
            case StackInstruction shuffle -> shuffle(shuffle, state.stack());
            case NewObjectInstruction made -> {
                out.labelBinding(newAt[i]);
                code().with(made);
                if (plan.relocated.contains(i)) {
                    out.pop(); // initialises the class at its place in the order; the object is made at its constructor
                }
            }
            case InvokeInstruction call when isRelocatedConstructor(call, state) -> construct(call, state);
            case InvokeInstruction call -> {
                if (i == 0 || body.frames[i] != null || !sites.startsAtOnce(body.instructions[i - 1], call)) {
                    code().with(call);
                }
            }
            case InvokeDynamicInstruction call -> sites.write(call, code());
            default -> code().with(instruction);
        }
    }

    private List<SwitchCase> mapped(List<SwitchCase> cases) {
        return cases.stream()
                .map(one -> SwitchCase.of(one.caseValue(), at[body.index(one.target())]))
                .toList();
    }

    private void end(ReturnInstruction end) {
        switch (end.typeKind()) {
            case VOID -> code().aconst_null();
            case REFERENCE -> {}
            default -> box(body.method.methodTypeSymbol().returnType(), code());
        }
        code().areturn();
    }

    static void box(ClassDesc primitive, CodeBuilder out) {
        ClassDesc boxed = boxed(primitive);
        out.invokestatic(boxed, "valueOf", MethodTypeDesc.of(boxed, primitive));
    }

    static ClassDesc boxed(ClassDesc primitive) {
        return switch (primitive.descriptorString()) {
            case "I" -> ConstantDescs.CD_Integer;
            case "J" -> ConstantDescs.CD_Long;
            case "F" -> ConstantDescs.CD_Float;
            case "D" -> ConstantDescs.CD_Double;
            case "Z" -> ConstantDescs.CD_Boolean;
            case "B" -> ConstantDescs.CD_Byte;
            case "S" -> ConstantDescs.CD_Short;
            case "C" -> ConstantDescs.CD_Character;
            case "V" -> ConstantDescs.CD_Void;
            default -> primitive;
        };
    }

    // ------------------------------------------------------------------------------------------------- objects not yet
    // constructed

    private void shuffle(StackInstruction instruction, List<VType> stack) {
        int count = Values.taken(instruction, stack);
        List<VType> moved = stack.subList(stack.size() - count, stack.size());
        if (moved.stream().noneMatch(plan::isRelocated)) {
            code().with(instruction);
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
            code().storeLocal(kind(moved.get(place)), temps + 2 * place);
        }
        for (int place : after) {
            code().loadLocal(kind(moved.get(place)), temps + 2 * place);
        }
    }

    static TypeKind kind(VType type) {
        return switch (type.kind()) {
            case 'I' -> TypeKind.INT;
            case 'J' -> TypeKind.LONG;
            case 'F' -> TypeKind.FLOAT;
            case 'D' -> TypeKind.DOUBLE;
            default -> TypeKind.REFERENCE;
        };
    }

    private boolean isRelocatedConstructor(InvokeInstruction call, Values.State state) {
        if (!call.name().equalsString("<init>")) {
            return false;
        }
        int receiver = state.stack().size() - 1 - call.typeSymbol().parameterCount();
        return plan.isRelocated(state.stack().get(receiver));
    }

    /// Makes the object now: parks the arguments, `new`, the constructor, and a copy for every place that held one.
    private void construct(InvokeInstruction call, Values.State state) {
        List<VType> stack = state.stack();
        int receiver = stack.size() - 1 - call.typeSymbol().parameterCount();
        VType fresh = stack.get(receiver);
        int lowest = stack.indexOf(fresh);
        int temp = temps;
        var parked = new int[stack.size()];
        for (int place = stack.size() - 1; place >= lowest; place--) {
            if (!plan.isRelocated(stack.get(place))) {
                parked[place] = temp;
                code().storeLocal(kind(stack.get(place)), temp);
                temp += 2;
            }
        }
        code().new_(call.owner()).dup();
        for (int place = receiver + 1; place < stack.size(); place++) {
            out.loadLocal(kind(stack.get(place)), parked[place]);
        }
        out.with(call).astore(temp);
        for (int local = 0; local < state.locals().length; local++) {
            if (fresh.equals(state.locals()[local])) {
                out.aload(temp).astore(slot(local));
            }
        }
        for (int place = lowest; place < receiver; place++) {
            VType type = stack.get(place);
            if (fresh.equals(type)) {
                out.aload(temp);
            } else if (!plan.isRelocated(type)) {
                out.loadLocal(kind(type), parked[place]);
            }
        }
    }

    // ------------------------------------------------------------------------------------------------- awaits

    private void await(int k, int i) {
        var state = plan.values.before(i);
        if (plan.unwinding.isGated(i)) {
            code().aload(self)
                    .swap()
                    .aload(cx)
                    .loadConstant(k + 1)
                    .loadConstant(plan.unwinding.isCleanup(i) ? 1 : 0)
                    .invokevirtual(machine, "gate", Names.GATE);
        }
        code().dup().aload(cx).invokeinterface(Names.FUTURE, "pollRaw", Names.STEP);
        out.dup().getstatic(Names.FUTURE, "PENDING", Names.OBJECT).if_acmpeq(suspend[k]);
        out.swap().pop();
        var stack = new ArrayList<>(state.stack());
        stack.removeLast();
        stack.add(VType.OBJECT);
        frame(join[k], state.locals(), plan.keptLocals(i), stack);
    }

    private void suspend(int k) {
        int i = body.awaits.get(k);
        var state = plan.values.before(i);
        var stack = new ArrayList<>(state.stack());
        if (plan.unwinding.isGated(i)) {
            stack.set(stack.size() - 1, VType.ref(Names.FUTURE));
        }
        stack.add(VType.OBJECT);
        frame(suspend[k], state.locals(), plan.keptLocals(i), stack);
        line(i);
        code().pop().aload(self).swap().putfield(machine, "awaited", Names.FUTURE);
        List<Layout.Saved> saved = plan.states.get(k);
        for (Layout.Saved one : saved.reversed()) {
            if (one.value().onStack()) {
                saveTop(one);
            }
        }
        for (Layout.Saved one : saved) {
            Layout.Field field = one.field();
            if (!one.value().onStack() && field != null) {
                out.aload(self)
                        .loadLocal(kind(one.value().type()), slot(one.value().place()))
                        .putfield(machine, field.name, field.type());
            }
        }
        for (Layout.Field field : plan.layout.fields()) {
            if (field.isReference() && saved.stream().noneMatch(one -> one.field() == field)) {
                out.aload(self).aconst_null().putfield(machine, field.name, field.type());
            }
        }
        out.aload(self).loadConstant(k + 1).putfield(machine, "state", ConstantDescs.CD_int);
        out.getstatic(Names.FUTURE, "PENDING", Names.OBJECT).areturn();
    }

    private void line(int i) {
        int line = body.lineAt(i);
        if (line != 0) {
            out.lineNumber(line);
        }
    }

    private void saveTop(Layout.Saved one) {
        Layout.Field field = one.field();
        if (field == null) {
            out.pop();
        } else if (one.value().type().isWide()) {
            out.aload(self).dup_x2().pop().putfield(machine, field.name, field.type());
        } else {
            out.aload(self).swap().putfield(machine, field.name, field.type());
        }
    }

    private void resume(int k) {
        int i = body.awaits.get(k);
        Label fail = failures.get(k);
        bareFrame(polledOrResume(k), List.of());
        line(i);
        code().aload(self).getfield(machine, "awaited", Names.FUTURE).aload(cx);
        out.invokeinterface(Names.FUTURE, "pollRaw", Names.STEP);
        out.labelBinding(resume[k]);
        Label ready = out.newLabel();
        out.dup().getstatic(Names.FUTURE, "PENDING", Names.OBJECT).if_acmpne(ready);
        out.areturn();
        bareFrame(ready, List.of(VType.OBJECT));
        boolean hasStack =
                plan.states.get(k).stream().anyMatch(one -> one.value().onStack());
        if (hasStack) {
            code().astore(temps);
        }
        restoreLocals(k);
        if (hasStack) {
            for (Layout.Saved one : plan.states.get(k)) {
                if (one.value().onStack()) {
                    load(one);
                }
            }
            out.aload(temps);
        }
        code().goto_(join[k]);
        if (fail != null) {
            bareFrame(fail, List.of(VType.ref(Names.THROWABLE)));
            code().astore(temps);
            restoreLocals(k);
            out.labelBinding(thrown[2 * k]);
            out.aload(temps).athrow();
            out.labelBinding(thrown[2 * k + 1]);
        } else {
            out.labelBinding(thrown[2 * k]);
            out.labelBinding(thrown[2 * k + 1]);
        }
    }

    private void restoreLocals(int k) {
        for (Layout.Saved one : plan.states.get(k)) {
            if (!one.value().onStack()) {
                restoreLocal(one);
            }
        }
    }

    private void restoreLocal(Layout.Saved one) {
        load(one);
        out.storeLocal(kind(one.value().type()), slot(one.value().place()));
    }

    private void load(Layout.Saved one) {
        Layout.Field field = one.field();
        if (field == null) {
            code().aconst_null();
            return;
        }
        code().aload(self).getfield(machine, field.name, field.type());
        ClassDesc type = one.value().type().desc();
        if (type != null && !type.equals(field.type())) {
            out.checkcast(type);
        }
    }
}
