// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import dev.wakeful.compiler.assembler.Assembler;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
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
import org.jspecify.annotations.Nullable;

/// Everything that is known about a body before it is written: its analyses, and what each state keeps.
final class BlockPlan {
    /// How many slots the parameters of a method may take.
    private static final int MOST_PASSED = 255;

    /// So many fields are cleared one by one; for more the machine has a method, since the code of a body is short.
    static final int FEW = 4;

    /// The length of `aload; getfield; checkcast; astore` with wide slots, and more than that of a `putfield`.
    private static final int MOVED_BYTES = 14;

    /// More than what is added to an await besides.
    private static final int AWAIT_BYTES = 200;

    /// More than what is added to the entry of a handler.
    private static final int HANDLER_BYTES = 40;

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

    /// The instructions that are left out, because an await calls the body of the block that they make.
    private final BitSet skipped = new BitSet();

    private final ClassDesc host;
    private boolean isDirect;
    private List<Integer> makerLines = List.of();
    private @Nullable Slots slots;
    private @Nullable MethodTypeDesc bodyType;

    BlockPlan(CodeBody body, Block block) {
        this.body = body;
        this.block = block;
        this.host = body.method.parent().orElseThrow().thisClass().asSymbol();
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
        findLoops();
    }

    private void findLoops() {
        if (body.awaits.isEmpty() || !flow.hasBackEdges()) {
            for (int k = 0; k < body.awaits.size(); k++) {
                headers.add(List.of());
            }
            return;
        }
        var all = new Loops(body, flow);
        for (int await : body.awaits) {
            var around = new ArrayList<Integer>();
            for (int header : all.headersAround(await)) {
                if (canBeEntered(header)) {
                    around.add(header);
                    loops.putIfAbsent(header, all.instructionsOf(header));
                }
            }
            headers.add(around);
        }
    }

    /// Whether a resume can bring about what the frame of a header asks for.
    private boolean canBeEntered(int header) {
        if (body.frames[header] == null) {
            return false;
        }
        var state = values.before(header);
        BitSet there = flow.there(header);
        for (VType type : state.stack()) {
            if (!isMade(type)) {
                return false;
            }
        }
        for (int slot = 0; slot < state.locals().length; slot++) {
            VType type = state.locals()[slot];
            if (type != null && there.get(slot) && !isMade(type)) {
                return false;
            }
        }
        return true;
    }

    private boolean isMade(VType type) {
        return type.kind() != 'U' || isRelocated(type);
    }

    /// Lets an await of this class call the body without a machine, where the JVM takes that many parameters.
    ///
    /// @param lines those of the method that would have made the block
    boolean callDirectly(List<Integer> lines) {
        isDirect |= parameterSlots() + 2 <= MOST_PASSED;
        slots = null;
        bodyType = null;
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
        int all = isInstance ? 1 : 0;
        for (Layout.Saved one : start) {
            all += one.value().type().isWide() ? 2 : 1;
        }
        return all;
    }

    Slots slots() {
        if (slots == null) {
            int passed = isDirect ? parameterSlots() : isInstance ? 1 : 0;
            slots = new Slots(passed, !loops.isEmpty(), body.code.maxLocals());
        }
        return slots;
    }

    /// The locals that hold parameters from the start.
    BitSet passed() {
        var all = new BitSet();
        if (isDirect) {
            for (Layout.Saved one : start) {
                all.set(one.value().place());
            }
        }
        return all;
    }

    /// Makes an await call the body of the block that stands before it.
    void call(int k, DirectCalls.Call call) {
        int await = body.awaits.get(k);
        calls.put(k, call);
        skipped.set(await - call.skipped(), await);
    }

    /// Whether an instruction is left out, because an await calls the body of the block that it makes.
    boolean isSkipped(int index) {
        return skipped.get(index);
    }

    /// Calls the new body; its arguments are on the stack.
    void invoke(Assembler out) {
        if (isInstance) {
            out.callVirtual(host(), block.bodyName(), bodyType());
        } else {
            out.callStatic(host(), block.bodyName(), bodyType(), isInInterface());
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
        if (bodyType == null) {
            bodyType = newBodyType();
        }
        return bodyType;
    }

    private MethodTypeDesc newBodyType() {
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
            if (instruction instanceof InvokeInstruction call) {
                addElement(found, call.owner().asSymbol());
            } else if (instruction instanceof FieldInstruction field) {
                addElement(found, field.owner().asSymbol());
            } else if (instruction instanceof NewObjectInstruction made) {
                addElement(found, made.className().asSymbol());
            } else if (instruction instanceof TypeCheckInstruction check) {
                addElement(found, check.type().asSymbol());
            } else if (instruction instanceof NewReferenceArrayInstruction made) {
                addElement(found, made.componentType().asSymbol());
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
        return host;
    }

    boolean hasThis() {
        return !body.method.flags().has(AccessFlag.STATIC);
    }

    /// An instance form needs its receiver at every resume and so retains it: only where the source does so too.
    private boolean staysInstance() {
        if (!hasThis() || isInInterface()) {
            return false;
        }
        if (DirectCalls.storesThis(body)) {
            return false;
        }
        for (int await : body.awaits) {
            if (!flow.live(await).get(0)) {
                return false;
            }
        }
        return true;
    }

    /// More bytes than the new body can have. An instruction grows to four times its length at most (a `return` that
    /// boxes), and what is added at an await moves each local and each entry of the stack once when it saves, and
    /// twice, for a value and for a failure, when it restores and at each header on the way.
    int mostBytes() {
        int values = body.code.maxLocals() + body.code.maxStack();
        int most = 4 * body.code.codeLength()
                + HANDLER_BYTES * body.handlers.size()
                + values * (relocated.size() + 1) * MOVED_BYTES;
        for (List<Integer> around : headers) {
            most += AWAIT_BYTES + values * MOVED_BYTES * (1 + 2 * (around.size() + 1));
        }
        return most;
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
            if (field.isReference() && !isUsed(field, states.get(k))) {
                all.add(field);
            }
        }
        return all;
    }

    private static boolean isUsed(Layout.Field field, List<Layout.Saved> state) {
        for (Layout.Saved one : state) {
            if (one.field() == field) {
                return true;
            }
        }
        return false;
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
        BitSet kept = keptLocals(await);
        for (int slot = isInstance ? 1 : 0; slot < state.locals().length; slot++) {
            VType type = state.locals()[slot];
            if (type != null && type.kind() != 'U' && kept.get(slot)) {
                all.add(new Layout.Value(false, slot, type));
            }
        }
        for (int place = 0; place < state.stack().size() - 1; place++) {
            VType type = state.stack().get(place);
            if (!isRelocated(type)) {
                all.add(new Layout.Value(true, place, type));
            }
        }
        return all;
    }
}
