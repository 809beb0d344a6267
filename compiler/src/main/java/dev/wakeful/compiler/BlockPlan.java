// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Everything that is known about a body before it is written: its analyses, and what each state keeps.
final class BlockPlan {
    /// How many slots the parameters of a method may take.
    private static final int MOST_PASSED = 255;

    /// So many fields are cleared one by one; for more the machine has a method, since the code of a body is short.
    static final int FEW = 4;

    final CodeBody body;
    final Block block;
    final Values values;
    final Flow flow;
    final Unwinding unwinding;
    final Layout layout;

    /// Whether the new body is an instance method; otherwise `this`, if there is one, is a local like the others.
    final boolean isInstance;

    /// What the machine holds before its first poll: captured values and parameters.
    final List<Layout.Saved> start;

    /// What is kept at each await, in the order of [CodeBody#awaits].
    final List<List<Layout.Saved>> states = new ArrayList<>();

    /// The `new` instructions whose object would have to live across an await without being constructed.
    final Set<Integer> relocated = new HashSet<>();

    /// For each await the headers of the loops around it, the outermost first: a resume goes through them.
    final List<List<Integer>> headers = new ArrayList<>();

    /// The instructions of the loops around awaits, by their headers.
    final Map<Integer, BitSet> loops = new TreeMap<>();

    /// The awaits of a block that is called without a machine, by number.
    final Map<Integer, DirectCalls.Call> calls = new HashMap<>();

    private boolean isDirect;
    private List<Integer> makerLines = List.of();

    BlockPlan(CodeBody body, Block block) {
        this.body = body;
        this.block = block;
        this.values = new Values(body);
        this.flow = new Flow(body, values);
        this.unwinding = new Unwinding(body, flow);
        this.layout = new Layout(castable(body));
        this.isInstance = staysInstance();
        this.start = layout.assign(parameters());
        for (int await : body.awaits) {
            findRelocated(await);
        }
        for (int await : body.awaits) {
            states.add(layout.assign(keptAt(await)));
        }
        if (!body.awaits.isEmpty()) {
            var all = new Loops(body, flow);
            for (int await : body.awaits) {
                List<Integer> around = all.headersAround(await).stream()
                        .filter(this::canBeEntered)
                        .toList();
                headers.add(around);
                around.forEach(header -> loops.computeIfAbsent(header, all::instructionsOf));
            }
        }
    }

    /// Whether a resume can bring about what the frame of a header asks for.
    private boolean canBeEntered(int header) {
        if (body.frames[header] == null) {
            return false;
        }
        var state = values.before(header);
        BitSet there = flow.there(header);
        return state.stack().stream().allMatch(type -> type.kind() != 'U' || isRelocated(type))
                && there.stream()
                        .mapToObj(slot -> state.locals()[slot])
                        .allMatch(type -> type == null || type.kind() != 'U' || isRelocated(type));
    }

    /// Lets an await of this class call the body without a machine, where the JVM takes that many parameters.
    ///
    /// @param lines those of the method that would have made the block
    boolean callDirectly(List<Integer> lines) {
        isDirect |= parameterSlots() + 2 <= MOST_PASSED;
        if (!lines.isEmpty()) {
            makerLines = lines;
        }
        return isDirect;
    }

    /// The lines of the method in whose place the body is called, which coverage and breakpoints ask for.
    List<Integer> makerLines() {
        return isDirect ? makerLines : List.of();
    }

    /// Whether the body takes its parameters as the source does, and the machine may be null.
    boolean isDirect() {
        return isDirect;
    }

    private int parameterSlots() {
        return start.stream()
                        .mapToInt(one -> one.value().type().isWide() ? 2 : 1)
                        .sum()
                + (isInstance ? 1 : 0);
    }

    Slots slots() {
        int passed = isDirect ? parameterSlots() : isInstance ? 1 : 0;
        return new Slots(passed, headers.stream().anyMatch(around -> !around.isEmpty()), body.code.maxLocals());
    }

    /// The locals that hold parameters from the start.
    BitSet passed() {
        var all = new BitSet();
        if (isDirect) {
            start.forEach(one -> all.set(one.value().place()));
        }
        return all;
    }

    /// Whether an instruction is left out, because an await calls the body of the block that it makes.
    boolean isSkipped(int index) {
        for (var entry : calls.entrySet()) {
            int await = body.awaits.get(entry.getKey());
            if (index < await && index >= await - entry.getValue().skipped()) {
                return true;
            }
        }
        return false;
    }

    /// Calls the new body; its arguments are on the stack.
    void invoke(CodeBuilder out) {
        if (isInstance) {
            out.invokevirtual(host(), block.bodyName(), bodyType());
        } else {
            out.invokestatic(host(), block.bodyName(), bodyType(), isInInterface());
        }
    }

    private boolean isInInterface() {
        return body.method.parent().orElseThrow().flags().has(AccessFlag.INTERFACE);
    }

    ClassDesc machine() {
        return block.machine();
    }

    /// The type of the new body.
    MethodTypeDesc bodyType() {
        MethodTypeDesc added = block.bodyType();
        if (!isDirect) {
            return added;
        }
        var parameters = new ArrayList<ClassDesc>();
        if (hasThis() && !isInstance) {
            parameters.add(host());
        }
        parameters.addAll(body.method.methodTypeSymbol().parameterList());
        parameters.addAll(added.parameterList());
        return MethodTypeDesc.of(added.returnType(), parameters);
    }

    private static Set<ClassDesc> castable(CodeBody body) {
        var found = new HashSet<ClassDesc>();
        for (var instruction : body.instructions) {
            switch (instruction) {
                case InvokeInstruction call -> addElement(found, call.owner().asSymbol());
                case FieldInstruction field -> addElement(found, field.owner().asSymbol());
                case NewObjectInstruction made ->
                    addElement(found, made.className().asSymbol());
                case TypeCheckInstruction check ->
                    addElement(found, check.type().asSymbol());
                case NewReferenceArrayInstruction made ->
                    addElement(found, made.componentType().asSymbol());
                default -> {}
            }
        }
        return found;
    }

    private static void addElement(Set<ClassDesc> to, ClassDesc type) {
        ClassDesc element = type;
        while (element.isArray()) {
            element = element.componentType();
        }
        to.add(element);
    }

    ClassDesc host() {
        return body.method.parent().orElseThrow().thisClass().asSymbol();
    }

    boolean hasThis() {
        return !body.method.flags().has(AccessFlag.STATIC);
    }

    /// An instance form needs its receiver at every resume and so retains it: only where the source does so too.
    private boolean staysInstance() {
        if (!hasThis() || isInInterface()) {
            return false;
        }
        for (var instruction : body.instructions) {
            if (instruction instanceof StoreInstruction store && store.slot() == 0) {
                return false;
            }
        }
        return body.awaits.stream().allMatch(at -> flow.live(at).get(0));
    }

    private List<Layout.Value> parameters() {
        var all = new ArrayList<Layout.Value>();
        var first = values.before(0).locals();
        for (int slot = isInstance ? 1 : 0; slot < first.length; slot++) {
            VType type = first[slot];
            if (type != null) {
                all.add(new Layout.Value(false, slot, type));
            }
        }
        return all;
    }

    private void findRelocated(int await) {
        var state = values.before(await);
        for (VType type : state.stack()) {
            if (type.kind() == 'U') {
                relocated.add(type.site());
            }
        }
        for (VType type : state.locals()) {
            if (type != null && type.kind() == 'U') {
                relocated.add(type.site());
            }
        }
    }

    /// The reference fields that hold nothing at an await.
    List<Layout.Field> unused(int k) {
        var all = new ArrayList<Layout.Field>();
        for (Layout.Field field : layout.fields()) {
            if (field.isReference() && states.get(k).stream().noneMatch(one -> one.field() == field)) {
                all.add(field);
            }
        }
        return all;
    }

    /// Whether some suspension has the machine clear its fields.
    boolean wipes() {
        for (int k = 0; k < states.size(); k++) {
            if (unused(k).size() > FEW) {
                return true;
            }
        }
        return false;
    }

    boolean isRelocated(VType type) {
        return type.kind() == 'U' && relocated.contains(type.site());
    }

    /// The locals that are kept at an await.
    BitSet keptLocals(int await) {
        var kept = (BitSet) flow.live(await).clone();
        kept.and(flow.there(await));
        return kept;
    }

    private List<Layout.Value> keptAt(int await) {
        var all = new ArrayList<Layout.Value>();
        var state = values.before(await);
        keptLocals(await).stream().forEach(slot -> {
            VType type = state.locals()[slot];
            if (type != null && type.kind() != 'U' && !(isInstance && slot == 0)) {
                all.add(new Layout.Value(false, slot, type));
            }
        });
        for (int place = 0; place < state.stack().size() - 1; place++) {
            VType type = state.stack().get(place);
            if (!isRelocated(type)) {
                all.add(new Layout.Value(true, place, type));
            }
        }
        return all;
    }
}
