// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.MTD_void;

import dev.wakeful.compiler.assembler.Assembler;
import dev.wakeful.compiler.assembler.FrameType;
import dev.wakeful.compiler.assembler.NewClass;
import dev.wakeful.compiler.assembler.Place;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.SourceFileAttribute;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Writes the class of a machine: fields, the call of the body, and the factory that stands in the lambda's place.
///
/// One object is both: as a factory it holds the captured values, and each `start` copies them into a new machine.
final class MachineWriter {
    private static final int FLAGS = ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC | ClassFile.ACC_SUPER;
    private static final String SELF = "self";

    /// The method that gives a body its machine when it suspends.
    static final String KEPT = "kept";

    /// The method that clears the fields before a suspension that leaves many of them empty.
    static final String WIPE = "wipe";

    /// The method that polls what a direct call left suspended.
    static final String AGAIN = "again";

    static final MethodTypeDesc AGAIN_TYPE = MethodTypeDesc.of(Names.OBJECT, Names.FUTURE, Names.CONTEXT);

    private static final MethodTypeDesc CALLED = MethodTypeDesc.of(Names.ILLEGAL_STATE);
    private static final MethodTypeDesc SITES = MethodTypeDesc.of(ConstantDescs.CD_String);
    private static final MethodTypeDesc HAS_CLEANUP = MethodTypeDesc.of(CD_boolean);

    private final ClassModel host;
    private final Block block;
    private final Shape shape;
    private final ClassDesc machine;
    private final NewClass out;

    /// What the machine needs to know of the body.
    ///
    /// @param plan the body, or null for that of a method reference
    /// @param isInstance whether the body is an instance method of the host
    /// @param fields all fields
    /// @param start where captured values and parameter lie, in order
    /// @param sites the table of the block
    /// @param hasCleanup whether the body sees what is thrown at an await
    record Shape(
            @Nullable BlockPlan plan,
            boolean isInstance,
            List<Layout.Field> fields,
            List<Layout.Saved> start,
            String sites,
            boolean hasCleanup) {
        static Shape of(ClassModel host, Block block, BlockPlan plan) {
            String sites = SitesTable.of(host, block, plan);
            boolean hasCleanup = plan.unwinding.hasCleanup();
            return new Shape(plan, plan.isInstance, plan.layout.fields(), plan.start, sites, hasCleanup);
        }

        /// A machine that only calls a method reference.
        static Shape ofReference(ClassModel host, Block block) {
            Layout layout = Bridge.layout(block);
            List<Layout.Saved> start = Bridge.start(block, layout);
            return new Shape(null, false, layout.fields(), start, SitesTable.of(host, block, null), false);
        }
    }

    MachineWriter(ClassModel host, Block block, Shape shape) {
        this.host = host;
        this.block = block;
        this.shape = shape;
        this.machine = block.machine();
        this.out = new NewClass(host.majorVersion(), host.minorVersion(), FLAGS, machine, Names.MACHINE, block.type());
    }

    byte[] write() {
        fields();
        constructor();
        make();
        start();
        called();
        step();
        if (shape.plan() != null && shape.plan().isDirect()) {
            kept(shape.plan());
            again(shape.plan());
        }
        clear();
        if (shape.plan() != null && shape.plan().wipes()) {
            wipe(out.method(WIPE, MTD_void, 0)).end(TypeKind.VOID);
        }
        constants();
        SourceFileAttribute file = host.findAttribute(Attributes.sourceFile()).orElse(null);
        return out.toBytes(file == null ? "" : file.sourceFile().stringValue());
    }

    private ClassDesc hostType() {
        return host.thisClass().asSymbol();
    }

    private void fields() {
        if (shape.isInstance()) {
            out.field(SELF, hostType());
        }
        for (Layout.Field field : shape.fields()) {
            out.field(field.name, field.type());
        }
    }

    private void constructor() {
        out.method("<init>", MTD_void, 0)
                .aload(0)
                .callSpecial(Names.MACHINE, "<init>", MTD_void, false)
                .end(TypeKind.VOID);
    }

    private Assembler fresh(Assembler code) {
        return code.make(machine).dup().callSpecial(machine, "<init>", MTD_void, false);
    }

    private int captured() {
        return shape.start().size() - (block.parameter() == null ? 0 : 1);
    }

    /// The static method at the lambda's place: captured values in, a block out.
    private void make() {
        Assembler code = out.method("make", block.makeType(), ClassFile.ACC_STATIC);
        fresh(code);
        int slot = 0;
        if (shape.isInstance()) {
            code.dup().aload(slot++).put(machine, SELF, hostType());
        }
        for (Layout.Saved saved : shape.start().subList(0, captured())) {
            TypeKind kind = BodyWriter.kind(saved.value().type());
            put(code.dup().load(kind, slot), saved);
            slot += kind.slotSize();
        }
        code.areturn();
    }

    private void put(Assembler code, Layout.Saved saved) {
        Layout.Field field = Objects.requireNonNull(saved.field());
        code.put(machine, field.name, field.type());
    }

    private void start() {
        Assembler code = out.method("start", block.kind().start(), ClassFile.ACC_PUBLIC);
        fresh(code);
        if (shape.isInstance()) {
            code.dup().aload(0).get(machine, SELF, hostType()).put(machine, SELF, hostType());
        }
        for (Layout.Saved saved : shape.start().subList(0, captured())) {
            Layout.Field field = Objects.requireNonNull(saved.field());
            put(code.dup().aload(0).get(machine, field.name, field.type()), saved);
        }
        if (block.parameter() != null) {
            code.dup().aload(1);
            fromObject(block.parameter(), code);
            put(code, shape.start().getLast());
        }
        code.dup().callVirtual(machine, Names.MADE, MTD_void).areturn();
    }

    static void fromObject(ClassDesc type, Assembler code) {
        if (type.isPrimitive()) {
            ClassDesc boxed = BodyWriter.boxed(type);
            code.cast(boxed).callVirtual(boxed, type.displayName() + "Value", MethodTypeDesc.of(type));
        } else if (!type.equals(Names.OBJECT)) {
            code.cast(type);
        }
    }

    /// A block is started, never called.
    private void called() {
        out.method(block.kind().method(), block.kind().type(), ClassFile.ACC_PUBLIC)
                .aload(0)
                .callVirtual(machine, "called", CALLED)
                .athrow();
    }

    private void step() {
        BlockPlan plan = shape.plan();
        Assembler code = out.method("step", Names.STEP, ClassFile.ACC_PROTECTED);
        if (plan == null) {
            boolean isInterface = host.flags().has(AccessFlag.INTERFACE);
            code.aload(0).aload(1).callStatic(hostType(), block.bodyName(), block.bodyType(), isInterface);
            code.areturn();
            return;
        }
        if (plan.isDirect()) {
            Place resumed = new Place();
            code.aload(0).get(machine, "state", ConstantDescs.CD_short).ifNotZero(resumed);
            self(code, 0);
            for (Layout.Saved saved : shape.start()) {
                Layout.Field field = Objects.requireNonNull(saved.field());
                code.aload(0).get(machine, field.name, field.type());
                ClassDesc type = saved.value().type().desc();
                if (type != null && !type.equals(field.type())) {
                    code.cast(type);
                }
            }
            code.aload(0).aload(1);
            plan.invoke(code);
            code.areturn().bind(resumed);
            frame(code, List.of(machine, Names.CONTEXT), List.of());
        }
        resume(plan, code, 0);
        code.areturn();
    }

    private void self(Assembler code, int slot) {
        if (shape.isInstance()) {
            code.aload(slot).get(machine, SELF, hostType());
        }
    }

    /// Calls the body of a machine that is suspended, which has no use for its parameters then.
    private void resume(BlockPlan plan, Assembler code, int slot) {
        self(code, slot);
        if (plan.isDirect()) {
            shape.start().forEach(saved -> Restores.zero(saved.value().type(), code));
        }
        code.aload(slot).aload(1);
        plan.invoke(code);
    }

    /// The type of the method that gives a body its machine.
    static MethodTypeDesc keptType(BlockPlan plan) {
        return plan.isInstance
                ? MethodTypeDesc.of(plan.machine(), plan.machine(), plan.host())
                : MethodTypeDesc.of(plan.machine(), plan.machine());
    }

    /// A body that suspends has its machine from before, or makes one here that its caller alone will know.
    private void kept(BlockPlan plan) {
        Assembler code = out.method(KEPT, keptType(plan), ClassFile.ACC_STATIC);
        Place made = new Place();
        code.aload(0).ifNotNull(made);
        fresh(code).dup().callVirtual(machine, "owned", MTD_void).astore(0);
        if (shape.isInstance()) {
            code.aload(0).aload(1).put(machine, SELF, hostType());
        }
        frame(code.bind(made), keptType(plan).parameterList(), List.of());
        code.aload(0).areturn();
    }

    /// Goes on with what an await of this block left suspended, which is its machine, or what a cancel put there.
    private void again(BlockPlan plan) {
        Assembler code = out.method(AGAIN, AGAIN_TYPE, ClassFile.ACC_STATIC);
        Place other = new Place();
        Place done = new Place();
        code.aload(0).isA(machine).ifZero(other);
        code.aload(0).cast(machine).astore(2);
        resume(plan, code, 2);
        code.dup().aload(2).ifOther(done);
        code.pop().getStatic(Names.FUTURE, "PENDING", Names.OBJECT);
        frame(code.bind(done), List.of(Names.FUTURE, Names.CONTEXT, machine), List.of(Names.OBJECT));
        code.areturn();
        frame(code.bind(other), List.of(Names.FUTURE, Names.CONTEXT), List.of());
        code.aload(0).aload(1);
        code.callInterface(Names.FUTURE, "pollRaw", Names.STEP).areturn();
    }

    private static void frame(Assembler code, List<ClassDesc> locals, List<ClassDesc> stack) {
        code.frame(types(locals), types(stack));
    }

    private static List<FrameType> types(List<ClassDesc> types) {
        var all = new ArrayList<FrameType>();
        for (ClassDesc type : types) {
            all.add(FrameType.object(type));
        }
        return all;
    }

    private void clear() {
        Assembler code = out.method("clear", MTD_void, ClassFile.ACC_PROTECTED);
        if (shape.isInstance()) {
            code.aload(0).constNull().put(machine, SELF, hostType());
        }
        wipe(code).end(TypeKind.VOID);
    }

    private Assembler wipe(Assembler code) {
        for (Layout.Field field : shape.fields()) {
            if (field.isReference()) {
                code.aload(0).constNull().put(machine, field.name, field.type());
            }
        }
        return code;
    }

    private void constants() {
        out.method("sites", SITES, ClassFile.ACC_PROTECTED)
                .constant(shape.sites())
                .areturn();
        out.method("hasCleanup", HAS_CLEANUP, ClassFile.ACC_PROTECTED)
                .constant(shape.hasCleanup() ? 1 : 0)
                .end(TypeKind.INT);
    }
}
