// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler.assembler;

import java.lang.classfile.Instruction;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// The code of one method, written from the first instruction to the last. It has a method for each instruction that
/// the compiler writes, so it is long.
///
/// It counts how high the stack is: each instruction changes it, and each frame says it anew. So code that is jumped to
/// needs its frame, which the verifier asks for as well.
///
/// A jump has two bytes for its distance. Where that is not enough, [#fits] says so at the end, and the method must be
/// written again with an assembler that is [long][#isLong]: there each jump has four bytes, a conditional one by way of
/// another around it. Such code needs frames behind these others, which nobody has told: it [lacks][#lacksFrames] them.
public final class Assembler {
    private static final int JUMP = 3;
    private static final int LONG_JUMP = 5;

    private final Pool pool;
    private final boolean isLong;
    private final @Nullable FrameType receiver;
    private final MethodTypeDesc type;

    final Buffer code = new Buffer(64);
    final Tables tables = new Tables();
    private final List<Jump> jumps = new ArrayList<>();

    private int height;
    private int maxStack;
    private int maxLocals;
    private boolean hasLongJumps;

    /// A distance that is written once the place is known.
    ///
    /// @param at where the distance stands
    /// @param from where it counts from
    private record Jump(int at, int from, boolean isShort, Place to) {}

    /// The code of a method.
    ///
    /// @param pool the constant pool of the class
    /// @param receiver the type of `this`, or null in a static method
    /// @param type the type of the method
    /// @param isLong whether the jumps are too far for two bytes
    public Assembler(Pool pool, @Nullable FrameType receiver, MethodTypeDesc type, boolean isLong) {
        this.pool = pool;
        this.isLong = isLong;
        this.receiver = receiver;
        this.type = type;
        int locals = receiver == null ? 0 : 1;
        for (int i = 0; i < type.parameterCount(); i++) {
            locals += Effects.size(type.parameterType(i).descriptorString().charAt(0));
        }
        this.maxLocals = locals;
    }

    /// How many bytes there are.
    ///
    /// @return the length
    public int length() {
        return code.size();
    }

    /// Whether every jump reaches its place. To be asked when all is written.
    ///
    /// @return whether all fit
    public boolean fits() {
        boolean fits = true;
        for (Jump jump : jumps) {
            int distance = jump.to.offset - jump.from;
            if (!jump.isShort) {
                code.patch4(jump.at, distance);
            } else {
                fits &= distance == (short) distance;
                code.patch2(jump.at, distance);
            }
        }
        return fits;
    }

    /// Whether there are jumps around others, whose targets have no frames.
    ///
    /// @return whether there are
    public boolean lacksFrames() {
        return hasLongJumps;
    }

    /// The code as an attribute of its method. [#fits] must have been asked.
    ///
    /// @return the attribute
    public WrittenCode finish() {
        return new WrittenCode(this);
    }

    Pool pool() {
        return pool;
    }

    int maxStack() {
        return maxStack;
    }

    int maxLocals() {
        return maxLocals;
    }

    List<FrameType> parameters() {
        return FrameType.parameters(receiver, type);
    }

    // ------------------------------------------------------------------------------------------------- places

    /// Says that a place is here.
    ///
    /// @param place the place
    /// @return this
    public Assembler bind(Place place) {
        place.offset = code.size();
        return this;
    }

    /// Says the types of all locals and of the stack here.
    ///
    /// @param locals the types of the locals
    /// @param stack the types on the stack, from the bottom up
    /// @return this
    public Assembler frame(List<FrameType> locals, List<FrameType> stack) {
        tables.frames.add(new Frame(code.size(), locals, stack));
        height = 0;
        for (FrameType one : stack) {
            grow(one.isWide() ? 2 : 1);
        }
        return this;
    }

    /// Says that a line of the source begins here.
    ///
    /// @param line the number of the line
    public void line(int line) {
        tables.lines.add(code.size(), line);
    }

    /// Whether a line of the source goes on here.
    ///
    /// @param line the number of the line
    /// @return whether what comes next is of this line
    public boolean isIn(int line) {
        return tables.lines.last() == line;
    }

    /// Adds a row to the table of handlers.
    ///
    /// @param from where the range starts
    /// @param to where it ends
    /// @param entry where the handler starts
    /// @param type the entry of the class that is caught, 0 for all
    public void handler(Place from, Place to, Place entry, int type) {
        if (tables.handlers.isEmpty()) {
            maxStack = Math.max(maxStack, 1);
        }
        tables.handlers.add(new Tables.Handler(from, to, entry, type));
    }

    /// Adds a row to the table of local variables.
    ///
    /// @param slot the slot
    /// @param name the entry of the name
    /// @param type that of the type
    /// @param from where the variable starts to hold its value
    /// @param to where that ends
    public void variable(int slot, int name, int type, Place from, Place to) {
        tables.variables.add(new Tables.Variable(from, to, name, type, slot));
    }

    /// Adds a row to the table of the local variables whose types have arguments.
    ///
    /// @param slot the slot
    /// @param name the entry of the name
    /// @param type the entry of the type
    /// @param from where the variable starts to hold its value
    /// @param to where that ends
    public void genericVariable(int slot, int name, int type, Place from, Place to) {
        tables.generics.add(new Tables.Variable(from, to, name, type, slot));
    }

    // ------------------------------------------------------------------------------------------------- the stack

    private void grow(int effect) {
        height += effect;
        if (height > maxStack) {
            maxStack = height;
        }
    }

    private Assembler simple(int opcode) {
        code.u1(opcode);
        grow(Effects.of(opcode));
        return this;
    }

    private Assembler named(int opcode, int index, int effect) {
        code.u1(opcode);
        code.u2(index);
        grow(effect);
        return this;
    }

    /// Copies an instruction as it is, which must be none that jumps or names a local.
    ///
    /// @param instruction the instruction, of a class with the same pool
    /// @param bytes the code that has it
    /// @param start where it starts there
    /// @return this
    public Assembler copy(Instruction instruction, byte[] bytes, int start) {
        code.append(bytes, start, instruction.sizeInBytes());
        grow(Effects.of(instruction, pool));
        return this;
    }

    /// `nop`.
    ///
    /// @return this
    public Assembler nop() {
        return simple(Code.NOP);
    }

    /// `pop`.
    ///
    /// @return this
    public Assembler pop() {
        return simple(Code.POP);
    }

    /// `pop2`.
    ///
    /// @return this
    public Assembler pop2() {
        return simple(Code.POP2);
    }

    /// `dup`.
    ///
    /// @return this
    public Assembler dup() {
        return simple(Code.DUP);
    }

    /// `dup_x2`.
    ///
    /// @return this
    public Assembler dupX2() {
        return simple(Code.DUP_X2);
    }

    /// `swap`.
    ///
    /// @return this
    public Assembler swap() {
        return simple(Code.SWAP);
    }

    /// The instruction that ends a method.
    ///
    /// @param kind the kind of what is returned
    /// @return this
    public Assembler end(TypeKind kind) {
        return simple(kind == TypeKind.VOID ? Code.RETURN : Code.IRETURN + order(kind));
    }

    /// `areturn`.
    ///
    /// @return this
    public Assembler areturn() {
        return simple(Code.ARETURN);
    }

    /// `athrow`.
    ///
    /// @return this
    public Assembler athrow() {
        return simple(Code.ATHROW);
    }

    // ------------------------------------------------------------------------------------------------- constants

    /// `aconst_null`.
    ///
    /// @return this
    public Assembler constNull() {
        return simple(Code.ACONST_NULL);
    }

    /// Zero, of a kind that the stack knows, or `null`.
    ///
    /// @param kind the kind of the zero
    /// @return this
    public Assembler zero(TypeKind kind) {
        return simple(
                switch (kind) {
                    case LONG -> Code.LCONST_0;
                    case FLOAT -> Code.FCONST_0;
                    case DOUBLE -> Code.DCONST_0;
                    case REFERENCE -> Code.ACONST_NULL;
                    default -> Code.ICONST_0;
                });
    }

    /// A number.
    ///
    /// @param value the value
    /// @return this
    public Assembler constant(int value) {
        if (value >= -1 && value <= 5) {
            return simple(Code.ICONST_0 + value);
        } else if (value == (byte) value) {
            code.u1(Code.BIPUSH);
            code.u1(value);
        } else if (value == (short) value) {
            code.u1(Code.SIPUSH);
            code.u2(value);
        } else {
            return load(pool.number(value));
        }
        grow(1);
        return this;
    }

    /// A text.
    ///
    /// @param value the value
    /// @return this
    public Assembler constant(String value) {
        return load(pool.string(value));
    }

    private Assembler load(int index) {
        if (index > 0xFF) {
            return named(Code.LDC_W, index, 1);
        }
        code.u1(Code.LDC);
        code.u1(index);
        grow(1);
        return this;
    }

    /// Widens a number.
    ///
    /// @param from the kind there is
    /// @param to the kind there is to be
    /// @return this
    public Assembler widen(TypeKind from, TypeKind to) {
        // i2l to d2f stand in the order of the kinds, without those from a kind to itself
        int target = order(to) - (order(to) > order(from) ? 1 : 0);
        return simple(Code.I2L + 3 * order(from) + target);
    }

    // ------------------------------------------------------------------------------------------------- locals

    private static int order(TypeKind kind) {
        return switch (kind) {
            case LONG -> 1;
            case FLOAT -> 2;
            case DOUBLE -> 3;
            case REFERENCE -> 4;
            default -> 0;
        };
    }

    /// `aload`.
    ///
    /// @param slot the slot of the local
    /// @return this
    public Assembler aload(int slot) {
        return load(TypeKind.REFERENCE, slot);
    }

    /// `astore`.
    ///
    /// @param slot the slot of the local
    /// @return this
    public Assembler astore(int slot) {
        return store(TypeKind.REFERENCE, slot);
    }

    /// Loads a local.
    ///
    /// @param kind the kind of the value
    /// @param slot the slot of the local
    /// @return this
    public Assembler load(TypeKind kind, int slot) {
        local(Code.ILOAD + order(kind), Code.ILOAD_0 + 4 * order(kind), slot);
        touch(kind, slot);
        grow(kind.slotSize());
        return this;
    }

    /// Stores a local.
    ///
    /// @param kind the kind of the value
    /// @param slot the slot of the local
    /// @return this
    public Assembler store(TypeKind kind, int slot) {
        local(Code.ISTORE + order(kind), Code.ISTORE_0 + 4 * order(kind), slot);
        touch(kind, slot);
        grow(-kind.slotSize());
        return this;
    }

    private void touch(TypeKind kind, int slot) {
        maxLocals = Math.max(maxLocals, slot + kind.slotSize());
    }

    private void local(int opcode, int first, int slot) {
        if (slot < 4) {
            code.u1(first + slot);
        } else if (slot <= 0xFF) {
            code.u1(opcode);
            code.u1(slot);
        } else {
            code.u1(Code.WIDE);
            code.u1(opcode);
            code.u2(slot);
        }
    }

    /// `iinc`.
    ///
    /// @param slot the slot of the local
    /// @param by how much is added
    /// @return this
    public Assembler increment(int slot, int by) {
        if (slot <= 0xFF && by == (byte) by) {
            code.u1(Code.IINC);
            code.u1(slot);
            code.u1(by);
        } else {
            code.u1(Code.WIDE);
            code.u1(Code.IINC);
            code.u2(slot);
            code.u2(by);
        }
        touch(TypeKind.INT, slot);
        return this;
    }

    // ------------------------------------------------------------------------------------------------- members

    /// `new`.
    ///
    /// @param type the class
    /// @return this
    public Assembler make(ClassDesc type) {
        return named(Code.NEW, pool.type(type), 1);
    }

    /// `checkcast`.
    ///
    /// @param type the class
    /// @return this
    public Assembler cast(ClassDesc type) {
        return named(Code.CHECKCAST, pool.type(type), 0);
    }

    /// `instanceof`.
    ///
    /// @param type the class
    /// @return this
    public Assembler isA(ClassDesc type) {
        return named(Code.INSTANCEOF, pool.type(type), 0);
    }

    /// `getstatic`.
    ///
    /// @param owner the class that has it
    /// @param name the name
    /// @param type the type of the field
    /// @return this
    public Assembler getStatic(ClassDesc owner, String name, ClassDesc type) {
        return field(Code.GETSTATIC, owner, name, type);
    }

    /// `getfield`.
    ///
    /// @param owner the class that has it
    /// @param name the name
    /// @param type the type of the field
    /// @return this
    public Assembler get(ClassDesc owner, String name, ClassDesc type) {
        return field(Code.GETFIELD, owner, name, type);
    }

    /// `putfield`.
    ///
    /// @param owner the class that has it
    /// @param name the name
    /// @param type the type of the field
    /// @return this
    public Assembler put(ClassDesc owner, String name, ClassDesc type) {
        return field(Code.PUTFIELD, owner, name, type);
    }

    private Assembler field(int opcode, ClassDesc owner, String name, ClassDesc type) {
        return named(opcode, pool.field(owner, name, type), Effects.ofField(opcode, type.descriptorString()));
    }

    /// `invokevirtual`.
    ///
    /// @param owner the class that has it
    /// @param name the name
    /// @param type the type of the method
    /// @return this
    public Assembler callVirtual(ClassDesc owner, String name, MethodTypeDesc type) {
        return call(Code.INVOKEVIRTUAL, pool.method(owner, name, type, false), type, 1);
    }

    /// `invokespecial`.
    ///
    /// @param owner the class that has it
    /// @param name the name
    /// @param type the type of the method
    /// @param isInterface whether the owner is an interface
    /// @return this
    public Assembler callSpecial(ClassDesc owner, String name, MethodTypeDesc type, boolean isInterface) {
        return call(Code.INVOKESPECIAL, pool.method(owner, name, type, isInterface), type, 1);
    }

    /// `invokestatic`.
    ///
    /// @param owner the class that has it
    /// @param name the name
    /// @param type the type of the method
    /// @param isInterface whether the owner is an interface
    /// @return this
    public Assembler callStatic(ClassDesc owner, String name, MethodTypeDesc type, boolean isInterface) {
        return call(Code.INVOKESTATIC, pool.method(owner, name, type, isInterface), type, 0);
    }

    /// `invokestatic` of a method of a class.
    ///
    /// @param owner the class that has it
    /// @param name the name
    /// @param type the type of the method
    /// @return this
    public Assembler callStatic(ClassDesc owner, String name, MethodTypeDesc type) {
        return callStatic(owner, name, type, false);
    }

    /// `invokeinterface`.
    ///
    /// @param owner the class that has it
    /// @param name the name
    /// @param type the type of the method
    /// @return this
    public Assembler callInterface(ClassDesc owner, String name, MethodTypeDesc type) {
        call(Code.INVOKEINTERFACE, pool.method(owner, name, type, true), type, 1);
        int arguments = Effects.size(type.returnType().descriptorString().charAt(0)) - effect(type);
        code.u1(1 + arguments);
        code.u1(0);
        return this;
    }

    private Assembler call(int opcode, int index, MethodTypeDesc type, int receivers) {
        return named(opcode, index, effect(type) - receivers);
    }

    private static int effect(MethodTypeDesc type) {
        int effect = Effects.size(type.returnType().descriptorString().charAt(0));
        for (int i = 0; i < type.parameterCount(); i++) {
            effect -= Effects.size(type.parameterType(i).descriptorString().charAt(0));
        }
        return effect;
    }

    // ------------------------------------------------------------------------------------------------- jumps

    /// `goto`.
    ///
    /// @param to where it goes
    /// @return this
    public Assembler jump(Place to) {
        return branch(Code.GOTO, to);
    }

    /// `ifeq`.
    ///
    /// @param to where it goes
    /// @return this
    public Assembler ifZero(Place to) {
        return branch(Code.IFEQ, to);
    }

    /// `ifne`.
    ///
    /// @param to where it goes
    /// @return this
    public Assembler ifNotZero(Place to) {
        return branch(Code.IFNE, to);
    }

    /// `ifnull`.
    ///
    /// @param to where it goes
    /// @return this
    public Assembler ifNull(Place to) {
        return branch(Code.IFNULL, to);
    }

    /// `ifnonnull`.
    ///
    /// @param to where it goes
    /// @return this
    public Assembler ifNotNull(Place to) {
        return branch(Code.IFNONNULL, to);
    }

    /// `if_acmpeq`.
    ///
    /// @param to where it goes
    /// @return this
    public Assembler ifSame(Place to) {
        return branch(Code.IF_ACMPEQ, to);
    }

    /// `if_acmpne`.
    ///
    /// @param to where it goes
    /// @return this
    public Assembler ifOther(Place to) {
        return branch(Code.IF_ACMPNE, to);
    }

    /// A jump, by its opcode.
    ///
    /// @param opcode the jump
    /// @param to where it goes
    /// @return this
    public Assembler branch(int opcode, Place to) {
        grow(Effects.of(opcode));
        int from = code.size();
        if (opcode == Code.GOTO_W) {
            distance(opcode, from, to);
        } else if (isLong || (to.offset >= 0 && to.offset - from < Short.MIN_VALUE)) {
            longJump(opcode, to);
        } else {
            code.u1(opcode);
            jumps.add(new Jump(code.size(), from, true, to));
            code.u2(0);
        }
        return this;
    }

    private void longJump(int opcode, Place to) {
        hasLongJumps = true;
        if (opcode != Code.GOTO) {
            code.u1(Code.reversed(opcode));
            code.u2(JUMP + LONG_JUMP);
        }
        distance(Code.GOTO_W, code.size(), to);
    }

    private void distance(int opcode, int from, Place to) {
        code.u1(opcode);
        distance(from, to);
    }

    private void distance(int from, Place to) {
        jumps.add(new Jump(code.size(), from, false, to));
        code.u4(0);
    }

    private int startSwitch(int opcode, Place otherwise) {
        grow(-1);
        int from = code.size();
        code.u1(opcode);
        while (code.size() % 4 != 0) {
            code.u1(0);
        }
        distance(from, otherwise);
        return from;
    }

    /// `tableswitch`.
    ///
    /// @param low the first number
    /// @param otherwise where all others go
    /// @param places where each number from `low` on goes
    /// @return this
    public Assembler tableSwitch(int low, Place otherwise, List<Place> places) {
        int from = startSwitch(Code.TABLESWITCH, otherwise);
        code.u4(low);
        code.u4(low + places.size() - 1);
        for (Place place : places) {
            distance(from, place);
        }
        return this;
    }

    /// `lookupswitch`.
    ///
    /// @param otherwise where all others go
    /// @param cases where each number goes
    /// @return this
    public Assembler lookupSwitch(Place otherwise, SortedMap<Integer, Place> cases) {
        int from = startSwitch(Code.LOOKUPSWITCH, otherwise);
        code.u4(cases.size());
        for (var one : cases.entrySet()) {
            code.u4(one.getKey());
            distance(from, one.getValue());
        }
        return this;
    }
}
