// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import dev.wakeful.compiler.assembler.Assembler;
import dev.wakeful.compiler.assembler.Place;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Writes the new body of a block.
///
/// ```
///          no machine yet? -> called, or start
///          dispatch on the state                     in no handler's range
///   start: captured values and parameters to locals
///          the body; at an await k:                  in the ranges of the source
///              poll; pending? -> suspend k
///   join k:    the value is on the stack
///   suspend k: save, return PENDING                  out of line, in no range
///   resume k:  poll; pending? -> return; restore; -> join k
///   fail k:    what the poll threw: restore;
///   thrown k:  throw it                              in the ranges that cover await k
///   called:    the lines of the method that would have made the block; -> start
/// ```
final class BodyWriter {
    private final BlockPlan plan;
    private final CodeBody body;
    private final CallSites sites;
    private final Assembler out;
    private final Slots slots;

    private final Place start;
    private final Place called;
    private final Place[] at;
    private final Place[] newAt;
    private final Frames frames;
    private final HeaderLines lines;
    private final Restores restores;
    private final AwaitWriter awaits;
    private final NewWriter news;

    BodyWriter(BlockPlan plan, CallSites sites, Assembler out) {
        this.plan = plan;
        this.body = plan.body;
        this.sites = sites;
        this.out = out;
        this.slots = plan.slots();
        this.start = new Place();
        this.called = new Place();
        this.at = labels(body.length() + 1);
        this.newAt = new Place[body.length()];
        for (int i = 0; i < body.length(); i++) {
            if (body.instructions[i] instanceof NewObjectInstruction) {
                newAt[i] = new Place();
            }
        }
        this.frames = new Frames(plan, out, newAt);
        this.lines = new HeaderLines(plan, out, frames, at);
        this.restores = new Restores(plan, out, frames, lines);
        this.awaits = new AwaitWriter(plan, out, frames, restores);
        this.news = new NewWriter(plan, frames);
    }

    private Place[] labels(int count) {
        var labels = new Place[count];
        for (int i = 0; i < count; i++) {
            labels[i] = new Place();
        }
        return labels;
    }

    void write() {
        handlers();
        dispatch();
        for (int i = 0; i < body.length(); i++) {
            instruction(i);
        }
        out.bind(at[body.length()]);
        for (int k = 0; k < body.awaits.size(); k++) {
            awaits.outOfLine(k);
            restores.outOfLine(k);
        }
        makerLines();
        variables();
    }

    private Assembler code() {
        return frames.code();
    }

    // ------------------------------------------------------------------------------------------------- tables

    private void handlers() {
        awaits.handlers();
        for (CodeBody.Handler row : body.handlers) {
            handler(lines.entered(row.start()), at[row.end()], at[row.entry()], row.type());
            for (int k = 0; k < body.awaits.size(); k++) {
                if (row.covers(body.awaits.get(k))) {
                    handler(awaits.at(k).thrown(), awaits.at(k).end(), at[row.entry()], row.type());
                }
            }
        }
    }

    private void handler(Place from, Place to, Place entry, @Nullable ClassEntry type) {
        out.handler(from, to, entry, type == null ? 0 : type.index());
    }

    private void variables() {
        for (CodeBody.Variable row : body.variables) {
            variable(row, false);
        }
        for (CodeBody.Variable row : body.generics) {
            variable(row, true);
        }
    }

    /// The parts of the range of a variable where it holds its value, resumes included.
    private void variable(CodeBody.Variable row, boolean isGeneric) {
        int from = -1;
        for (int i = row.start(); i <= row.end(); i++) {
            boolean there =
                    i < row.end() && i < body.length() && plan.flow.there(i).get(row.slot());
            if (there && from < 0) {
                from = i;
            } else if (!there && from >= 0) {
                variable(row, isGeneric, at[from], at[i]);
                from = -1;
            }
        }
        for (Map.Entry<Integer, HeaderLines.Header> copy : lines.copies().entrySet()) {
            int header = copy.getKey();
            if (row.covers(header) && plan.flow.there(header).get(row.slot())) {
                variable(row, isGeneric, copy.getValue().copy(), copy.getValue().end());
            }
        }
    }

    private void variable(CodeBody.Variable row, boolean isGeneric, Place from, Place to) {
        int slot = slots.of(row.slot());
        if (isGeneric) {
            out.genericVariable(slot, row.name().index(), row.type().index(), from, to);
        } else {
            out.variable(slot, row.name().index(), row.type().index(), from, to);
        }
    }

    // ------------------------------------------------------------------------------------------------- entry

    private void dispatch() {
        int count = body.awaits.size();
        plan.block.castMachine(out, slots.machine());
        if (slots.resumesInLoops()) {
            code().constant(0).store(TypeKind.INT, slots.target()).constNull().astore(slots.outcome());
        }
        boolean isVia = !plan.makerLines().isEmpty();
        if (plan.isDirect() && (count > 0 || isVia)) {
            code().aload(slots.machine()).ifNull(isVia ? called : start);
        }
        if (count > 0) {
            code().aload(slots.machine()).get(plan.machine(), "state", ConstantDescs.CD_short);
        }
        if (count == 1) {
            out.ifNotZero(awaits.at(0).resume());
        } else if (count > 1) {
            var resumes = new ArrayList<Place>();
            for (int k = 0; k < count; k++) {
                resumes.add(awaits.at(k).resume());
            }
            out.tableSwitch(1, start, resumes);
        }
        if (count > 1 || isVia || (count == 1 && plan.isDirect())) {
            var first = plan.values.before(0);
            frames.at(start, first.locals(), plan.passed(), List.of());
        }
        if (!plan.isDirect()) {
            for (Layout.Saved saved : plan.start) {
                restores.local(saved);
            }
        }
    }

    /// The way of a direct call, which goes by the lines of the method that it comes instead of.
    private void makerLines() {
        if (!plan.makerLines().isEmpty()) {
            frames.at(called, plan.values.before(0).locals(), plan.passed(), List.of());
            for (int line : plan.makerLines()) {
                out.line(line);
                code().nop();
            }
            code().jump(start);
        }
    }

    // ------------------------------------------------------------------------------------------------- the body

    private void instruction(int i) {
        var state = plan.values.before(i);
        if (body.frames[i] != null) {
            frames.at(at[i], state.locals(), plan.flow.there(i), state.stack());
        } else {
            out.bind(at[i]);
        }
        if (body.lines[i] != 0) {
            out.line(body.lines[i]);
        }
        lines.header(i);
        restores.header(i);
        Unwinding.Entry entry = plan.unwinding.entryAt(i);
        if (entry != null) {
            handlerEntry(entry, i);
        }
        int k = body.awaitAt(i);
        if (k >= 0) {
            awaits.inLine(k, i);
        } else if (!plan.isSkipped(i)) {
            plain(i, body.instructions[i], state);
        } else if (body.lines[i] != 0) {
            code().nop(); // what is left of the line
        }
    }

    private void handlerEntry(Unwinding.Entry entry, int i) {
        code().dup().aload(slots.machine()).swap();
        switch (entry) {
            case CLEANUP -> out.callStatic(Names.MACHINE, "cleaningUp", Names.CLEANING_UP);
            case CATCH ->
                out.callStatic(Names.MACHINE, "mayCatch", Names.MAY_CATCH).pop();
            case CATCH_ALL -> {
                Place seen = new Place();
                out.callStatic(Names.MACHINE, "mayCatch", Names.MAY_CATCH).ifNotZero(seen);
                out.athrow();
                var state = plan.values.before(i);
                frames.at(seen, state.locals(), plan.flow.there(i), state.stack());
            }
        }
    }

    private void plain(int i, Instruction instruction, Values.State state) {
        switch (instruction.opcode().kind()) {
            case LOAD -> {
                var load = (LoadInstruction) instruction;
                VType type = state.locals()[load.slot()];
                if (type == null || !plan.isRelocated(type)) {
                    code().load(load.typeKind(), slots.of(load.slot()));
                }
            }
            case STORE -> {
                var store = (StoreInstruction) instruction;
                if (!plan.isRelocated(state.top())) {
                    code().store(store.typeKind(), slots.of(store.slot()));
                }
            }
            case INCREMENT -> {
                var increment = (IncrementInstruction) instruction;
                code().increment(slots.of(increment.slot()), increment.constant());
            }
            case BRANCH -> {
                var branch = (BranchInstruction) instruction;
                code().branch(branch.opcode().bytecode(), target(i, branch.target()));
            }
            case TABLE_SWITCH -> {
                var table = (TableSwitchInstruction) instruction;
                Place otherwise = target(i, table.defaultTarget());
                SortedMap<Integer, Place> cases = mapped(i, table.cases());
                var places = new ArrayList<Place>();
                for (int value = table.lowValue(); value - table.highValue() <= 0; value++) {
                    places.add(cases.getOrDefault(value, otherwise));
                }
                code().tableSwitch(table.lowValue(), otherwise, places);
            }
            case LOOKUP_SWITCH -> {
                var table = (LookupSwitchInstruction) instruction;
                code().lookupSwitch(target(i, table.defaultTarget()), mapped(i, table.cases()));
            }
            case RETURN -> end((ReturnInstruction) instruction);
            case STACK -> news.shuffle(i, (StackInstruction) instruction, state.stack());
            case NEW_OBJECT -> {
                out.bind(newAt[i]);
                copy(i);
                if (plan.relocated.contains(i)) {
                    out.pop(); // initialises the class at its place in the order; the object is made at its constructor
                }
            }
            case INVOKE -> invoke(i, (InvokeInstruction) instruction, state);
            case INVOKE_DYNAMIC -> {
                Block made = sites.at(instruction);
                if (made == null) {
                    copy(i);
                } else {
                    CallSites.make(made, code());
                }
            }
            default -> copy(i);
        }
    }

    private void invoke(int i, InvokeInstruction call, Values.State state) {
        if (news.isConstructor(call, state)) {
            news.construct(i, call, state);
        } else if (i == 0 || body.frames[i] != null || !sites.startsAtOnce(body.instructions[i - 1], call)) {
            copy(i);
        } else {
            CallSites.made(Objects.requireNonNull(sites.at(body.instructions[i - 1])), code());
        }
    }

    private void copy(int i) {
        body.copy(i, code());
    }

    private Place target(int from, Label to) {
        return lines.target(from, body.index(to));
    }

    private SortedMap<Integer, Place> mapped(int from, List<SwitchCase> cases) {
        var all = new TreeMap<Integer, Place>();
        for (SwitchCase one : cases) {
            all.put(one.caseValue(), target(from, one.target()));
        }
        return all;
    }

    private void end(ReturnInstruction end) {
        switch (end.typeKind()) {
            case VOID -> code().constNull();
            case REFERENCE -> {}
            default -> box(body.method.methodTypeSymbol().returnType(), code());
        }
        code().areturn();
    }

    static void box(ClassDesc primitive, Assembler out) {
        ClassDesc boxed = boxed(primitive);
        out.callStatic(boxed, "valueOf", MethodTypeDesc.of(boxed, primitive));
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

    static TypeKind kind(VType type) {
        return switch (type.kind()) {
            case 'I' -> TypeKind.INT;
            case 'J' -> TypeKind.LONG;
            case 'F' -> TypeKind.FLOAT;
            case 'D' -> TypeKind.DOUBLE;
            default -> TypeKind.REFERENCE;
        };
    }
}
