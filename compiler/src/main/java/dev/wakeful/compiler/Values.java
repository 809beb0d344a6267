// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import static dev.wakeful.compiler.VType.DOUBLE;
import static dev.wakeful.compiler.VType.FLOAT;
import static dev.wakeful.compiler.VType.INT;
import static dev.wakeful.compiler.VType.LONG;
import static dev.wakeful.compiler.VType.NULL;

import java.lang.classfile.Instruction;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.StackMapFrameInfo;
import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.ConvertInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.NewMultiArrayInstruction;
import java.lang.classfile.instruction.NewPrimitiveArrayInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.StackInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The types of locals and stack before each instruction, by simulation between the frames of the class file: what
/// javac declares at a merge is taken, so no class has to be looked up. One long switch over the instructions.
final class Values {
    private final CodeBody body;
    private final State[] before;

    /// Types by slot (null: not usable; the second half of a wide value too) and from the bottom of the stack up.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record State(@Nullable VType[] locals, List<VType> stack) {
        VType top() {
            return stack.getLast();
        }
    }

    private @Nullable VType[] locals;
    private List<VType> stack = new ArrayList<>();

    Values(CodeBody body) {
        this.body = body;
        this.before = new State[body.length()];
        this.locals = new VType[body.code.maxLocals()];
        int slot = 0;
        if (!body.method.flags().has(AccessFlag.STATIC)) {
            locals[slot++] =
                    VType.ref(body.method.parent().orElseThrow().thisClass().asSymbol());
        }
        for (ClassDesc parameter : body.method.methodTypeSymbol().parameterList()) {
            VType type = VType.of(parameter);
            locals[slot] = type;
            slot += type.isWide() ? 2 : 1;
        }
        run();
    }

    State before(int index) {
        return before[index];
    }

    private void run() {
        for (int i = 0; i < body.length(); i++) {
            StackMapFrameInfo frame = body.frames[i];
            if (frame != null) {
                enter(frame);
            }
            before[i] = new State(locals, List.copyOf(stack));
            apply(i, body.instructions[i]);
        }
    }

    private void enter(StackMapFrameInfo frame) {
        locals = new VType[locals.length];
        int slot = 0;
        for (var info : frame.locals()) {
            VType type = VType.of(info, body);
            locals[slot] = type;
            slot += type != null && type.isWide() ? 2 : 1;
        }
        stack = new ArrayList<>();
        for (var info : frame.stack()) {
            stack.add(Objects.requireNonNull(VType.of(info, body)));
        }
    }

    private VType pop() {
        return stack.removeLast();
    }

    private void pop(int count) {
        for (int i = 0; i < count; i++) {
            pop();
        }
    }

    private void push(VType type) {
        stack.add(type);
    }

    private void pushResult(Signatures.Signature type) {
        if (type.result() != null) {
            push(type.result());
        }
    }

    private void apply(int index, Instruction instruction) {
        switch (instruction.opcode().kind()) {
            case LOAD -> push(Objects.requireNonNull(locals[((LoadInstruction) instruction).slot()]));
            case STORE -> store(((StoreInstruction) instruction).slot(), pop());
            case INCREMENT, NOP -> {}
            case CONSTANT -> push(constant((ConstantInstruction) instruction));
            case OPERATOR -> operator((OperatorInstruction) instruction);
            case CONVERT -> {
                pop();
                push(ofKind(((ConvertInstruction) instruction).toType()));
            }
            case ARRAY_LOAD -> {
                pop();
                VType array = pop();
                TypeKind kind = ((ArrayLoadInstruction) instruction).typeKind();
                push(kind == TypeKind.REFERENCE ? element(array) : ofKind(kind));
            }
            case ARRAY_STORE -> pop(3);
            case FIELD_ACCESS -> field((FieldInstruction) instruction);
            case INVOKE -> invoke((InvokeInstruction) instruction);
            case INVOKE_DYNAMIC -> {
                var type = body.signatures.of(((InvokeDynamicInstruction) instruction).type());
                pop(type.parameters());
                pushResult(type);
            }
            case NEW_OBJECT -> push(VType.uninitialized(index));
            case NEW_PRIMITIVE_ARRAY -> {
                pop();
                TypeKind kind = ((NewPrimitiveArrayInstruction) instruction).typeKind();
                push(VType.ref(kind.upperBound().arrayType()));
            }
            case NEW_REF_ARRAY -> {
                pop();
                var array = (NewReferenceArrayInstruction) instruction;
                push(VType.ref(array.componentType().asSymbol().arrayType()));
            }
            case NEW_MULTI_ARRAY -> {
                var array = (NewMultiArrayInstruction) instruction;
                pop(array.dimensions());
                push(VType.ref(array.arrayType().asSymbol()));
            }
            case TYPE_CHECK -> {
                pop();
                var check = (TypeCheckInstruction) instruction;
                push(
                        check.opcode() == Opcode.INSTANCEOF
                                ? INT
                                : VType.ref(check.type().asSymbol()));
            }
            case STACK -> stack = shuffle((StackInstruction) instruction, stack);
            case BRANCH -> pop(popped((BranchInstruction) instruction));
            case RETURN -> pop(((ReturnInstruction) instruction).typeKind() == TypeKind.VOID ? 0 : 1);
            case MONITOR, THROW_EXCEPTION, TABLE_SWITCH, LOOKUP_SWITCH -> pop();
            default -> throw new IllegalArgumentException("unexpected instruction " + instruction);
        }
    }

    private void store(int slot, VType type) {
        locals = locals.clone(); // the states before have the array
        VType below = slot > 0 ? locals[slot - 1] : null;
        if (below != null && below.isWide()) {
            locals[slot - 1] = null;
        }
        locals[slot] = type;
        if (type.isWide()) {
            locals[slot + 1] = null;
        }
    }

    static VType ofKind(TypeKind kind) {
        return switch (kind) {
            case LONG -> LONG;
            case FLOAT -> FLOAT;
            case DOUBLE -> DOUBLE;
            case REFERENCE -> VType.OBJECT;
            default -> INT;
        };
    }

    private static VType constant(ConstantInstruction instruction) {
        if (instruction.typeKind() != TypeKind.REFERENCE) {
            return ofKind(instruction.typeKind());
        }
        ConstantDesc constant = instruction.constantValue();
        if (constant instanceof String) {
            return VType.ref(ConstantDescs.CD_String);
        } else if (constant instanceof ClassDesc) {
            return VType.ref(ConstantDescs.CD_Class);
        } else if (constant instanceof MethodTypeDesc) {
            return VType.ref(ConstantDescs.CD_MethodType);
        } else if (constant instanceof MethodHandleDesc) {
            return VType.ref(ConstantDescs.CD_MethodHandle);
        } else if (constant instanceof DynamicConstantDesc<?> dynamic) {
            return dynamic.equals(ConstantDescs.NULL) ? NULL : VType.of(dynamic.constantType());
        }
        throw new IllegalArgumentException("unexpected constant " + constant);
    }

    private void operator(OperatorInstruction operator) {
        switch (operator.opcode()) {
            case INEG, LNEG, FNEG, DNEG -> {}
            case ARRAYLENGTH, LCMP, FCMPL, FCMPG, DCMPL, DCMPG -> {
                pop(operator.opcode() == Opcode.ARRAYLENGTH ? 1 : 2);
                push(INT);
            }
            default -> {
                pop(2);
                push(ofKind(operator.typeKind()));
            }
        }
    }

    private static VType element(VType array) {
        ClassDesc component = array.desc() == null ? null : array.desc().componentType();
        return component == null ? NULL : VType.of(component);
    }

    private void field(FieldInstruction field) {
        switch (field.opcode()) {
            case GETSTATIC -> push(VType.of(field.typeSymbol()));
            case GETFIELD -> {
                pop();
                push(VType.of(field.typeSymbol()));
            }
            case PUTSTATIC -> pop();
            default -> pop(2);
        }
    }

    private void invoke(InvokeInstruction call) {
        var type = body.signatures.of(call.type());
        pop(type.parameters());
        if (call.opcode() != Opcode.INVOKESTATIC) {
            VType receiver = pop();
            if (receiver.kind() == 'U' && call.name().equalsString("<init>")) {
                initialized(receiver, VType.ref(call.owner().asSymbol()));
            }
        }
        pushResult(type);
    }

    private void initialized(VType fresh, VType made) {
        for (int i = 0; i < stack.size(); i++) {
            if (stack.get(i).isMadeAt(fresh.site())) {
                stack.set(i, made);
            }
        }
        locals = locals.clone();
        for (int i = 0; i < locals.length; i++) {
            VType type = locals[i];
            if (type != null && type.isMadeAt(fresh.site())) {
                locals[i] = made;
            }
        }
    }

    private static int popped(BranchInstruction branch) {
        return switch (branch.opcode()) {
            case GOTO, GOTO_W -> 0;
            case IF_ACMPEQ, IF_ACMPNE, IF_ICMPEQ, IF_ICMPNE, IF_ICMPLT, IF_ICMPGE, IF_ICMPGT, IF_ICMPLE -> 2;
            default -> 1;
        };
    }

    /// What a stack instruction makes of a stack. A wide value is one entry.
    static List<VType> shuffle(StackInstruction instruction, List<VType> stack) {
        var all = new ArrayList<>(stack);
        int taken = taken(instruction, stack);
        int from = all.size() - taken;
        var moved = new ArrayList<>(all.subList(from, all.size()));
        all.subList(from, all.size()).clear();
        for (int place : order(instruction, moved)) {
            all.add(moved.get(place));
        }
        return all;
    }

    /// How many values of the stack an instruction touches.
    static int taken(StackInstruction instruction, List<VType> stack) {
        int words = switch (instruction.opcode()) {
            case POP, DUP -> 1;
            case POP2, DUP2, DUP_X1, SWAP -> 2;
            case DUP_X2, DUP2_X1 -> 3;
            default -> 4;
        };
        int count = 0;
        while (words > 0) {
            count++;
            words -= stack.get(stack.size() - count).isWide() ? 2 : 1;
        }
        return count;
    }

    /// The places of the touched values, bottom first, in the order in which they are there afterwards.
    static int[] order(StackInstruction instruction, List<VType> moved) {
        int n = moved.size();
        int copied = switch (instruction.opcode()) {
            case POP, POP2 -> 0;
            case SWAP -> -1;
            case DUP, DUP_X1, DUP_X2 -> 1;
            default -> moved.getLast().isWide() ? 1 : 2;
        };
        if (copied == 0) {
            return new int[0];
        }
        if (copied < 0) {
            return new int[] {1, 0};
        }
        int[] order = new int[n + copied];
        for (int i = 0; i < copied; i++) {
            order[i] = n - copied + i;
        }
        for (int i = 0; i < n; i++) {
            order[copied + i] = i;
        }
        return order;
    }
}
