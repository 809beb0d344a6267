// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.SourceFileAttribute;
import java.lang.classfile.attribute.StackMapFrameInfo;
import java.lang.classfile.attribute.StackMapFrameInfo.ObjectVerificationTypeInfo;
import java.lang.classfile.attribute.StackMapFrameInfo.VerificationTypeInfo;
import java.lang.classfile.attribute.StackMapTableAttribute;
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
    private final FieldRefs fields;

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
        this.fields = new FieldRefs(machine, shape.fields().size());
    }

    byte[] write(ClassFile context) {
        return context.build(machine, out -> {
            out.withVersion(host.majorVersion(), host.minorVersion());
            out.withFlags(FLAGS).withSuperclass(Names.MACHINE).withInterfaceSymbols(block.type());
            host.findAttribute(Attributes.sourceFile())
                    .ifPresent(file ->
                            out.with(SourceFileAttribute.of(file.sourceFile().stringValue())));
            fields(out);
            constructor(out);
            make(out);
            start(out);
            called(out);
            step(out);
            if (shape.plan() != null && shape.plan().isDirect()) {
                kept(out, shape.plan());
                again(out, shape.plan());
            }
            clear(out);
            if (shape.plan() != null && shape.plan().wipes()) {
                out.withMethodBody(WIPE, MTD_void, 0, code -> wipe(code).return_());
            }
            constants(out);
        });
    }

    private ClassDesc hostType() {
        return host.thisClass().asSymbol();
    }

    private void fields(ClassBuilder out) {
        if (shape.isInstance()) {
            out.withField(SELF, hostType(), 0);
        }
        for (Layout.Field field : shape.fields()) {
            out.withField(field.name, field.type(), 0);
        }
    }

    private void constructor(ClassBuilder out) {
        out.withMethodBody(
                "<init>",
                MTD_void,
                0,
                code -> code.aload(0)
                        .invokespecial(Names.MACHINE, "<init>", MTD_void)
                        .return_());
    }

    private CodeBuilder fresh(CodeBuilder code) {
        return code.new_(machine).dup().invokespecial(machine, "<init>", MTD_void);
    }

    private int captured() {
        return shape.start().size() - (block.parameter() == null ? 0 : 1);
    }

    /// The static method at the lambda's place: captured values in, a block out.
    private void make(ClassBuilder out) {
        out.withMethodBody("make", block.makeType(), ClassFile.ACC_STATIC, code -> {
            fresh(code);
            int slot = 0;
            if (shape.isInstance()) {
                code.dup().aload(slot++).putfield(machine, SELF, hostType());
            }
            for (Layout.Saved saved : shape.start().subList(0, captured())) {
                TypeKind kind = BodyWriter.kind(saved.value().type());
                put(code.dup().loadLocal(kind, slot), saved);
                slot += kind.slotSize();
            }
            code.areturn();
        });
    }

    private void put(CodeBuilder code, Layout.Saved saved) {
        Layout.Field field = Objects.requireNonNull(saved.field());
        code.putfield(fields.of(field, code));
    }

    private void start(ClassBuilder out) {
        out.withMethodBody("start", block.kind().start(), ClassFile.ACC_PUBLIC, code -> {
            fresh(code);
            if (shape.isInstance()) {
                code.dup().aload(0).getfield(machine, SELF, hostType()).putfield(machine, SELF, hostType());
            }
            for (Layout.Saved saved : shape.start().subList(0, captured())) {
                Layout.Field field = Objects.requireNonNull(saved.field());
                put(code.dup().aload(0).getfield(fields.of(field, code)), saved);
            }
            if (block.parameter() != null) {
                code.dup().aload(1);
                fromObject(block.parameter(), code);
                put(code, shape.start().getLast());
            }
            code.dup().invokevirtual(machine, Names.MADE, MTD_void).areturn();
        });
    }

    static void fromObject(ClassDesc type, CodeBuilder code) {
        if (type.isPrimitive()) {
            ClassDesc boxed = BodyWriter.boxed(type);
            code.checkcast(boxed).invokevirtual(boxed, type.displayName() + "Value", MethodTypeDesc.of(type));
        } else if (!type.equals(Names.OBJECT)) {
            code.checkcast(type);
        }
    }

    /// A block is started, never called.
    private void called(ClassBuilder out) {
        out.withMethodBody(
                block.kind().method(),
                block.kind().type(),
                ClassFile.ACC_PUBLIC,
                code -> code.aload(0).invokevirtual(machine, "called", CALLED).athrow());
    }

    private void step(ClassBuilder out) {
        BlockPlan plan = shape.plan();
        out.withMethodBody("step", Names.STEP, ClassFile.ACC_PROTECTED, code -> {
            if (plan == null) {
                boolean isInterface = host.flags().has(AccessFlag.INTERFACE);
                code.aload(0).aload(1).invokestatic(hostType(), block.bodyName(), block.bodyType(), isInterface);
                code.areturn();
                return;
            }
            if (plan.isDirect()) {
                Label resumed = code.newLabel();
                code.aload(0).getfield(machine, "state", ConstantDescs.CD_short).ifne(resumed);
                self(code, 0);
                for (Layout.Saved saved : shape.start()) {
                    Layout.Field field = Objects.requireNonNull(saved.field());
                    code.aload(0).getfield(fields.of(field, code));
                    ClassDesc type = saved.value().type().desc();
                    if (type != null && !type.equals(field.type())) {
                        code.checkcast(type);
                    }
                }
                code.aload(0).aload(1);
                plan.invoke(code);
                code.areturn().labelBinding(resumed);
                frames(code, frame(resumed, List.of(machine, Names.CONTEXT), List.of()));
            }
            resume(plan, code, 0);
            code.areturn();
        });
    }

    private void self(CodeBuilder code, int slot) {
        if (shape.isInstance()) {
            code.aload(slot).getfield(machine, SELF, hostType());
        }
    }

    /// Calls the body of a machine that is suspended, which has no use for its parameters then.
    private void resume(BlockPlan plan, CodeBuilder code, int slot) {
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
    private void kept(ClassBuilder out, BlockPlan plan) {
        out.withMethodBody(KEPT, keptType(plan), ClassFile.ACC_STATIC, code -> {
            Label made = code.newLabel();
            code.aload(0).ifnonnull(made);
            fresh(code).dup().invokevirtual(machine, "owned", MTD_void).astore(0);
            if (shape.isInstance()) {
                code.aload(0).aload(1).putfield(machine, SELF, hostType());
            }
            code.labelBinding(made).aload(0).areturn();
            frames(code, frame(made, keptType(plan).parameterList(), List.of()));
        });
    }

    /// Goes on with what an await of this block left suspended, which is its machine, or what a cancel put there.
    private void again(ClassBuilder out, BlockPlan plan) {
        out.withMethodBody(AGAIN, AGAIN_TYPE, ClassFile.ACC_STATIC, code -> {
            Label other = code.newLabel();
            Label done = code.newLabel();
            code.aload(0).instanceOf(machine).ifeq(other);
            code.aload(0).checkcast(machine).astore(2);
            resume(plan, code, 2);
            code.dup().aload(2).if_acmpne(done);
            code.pop().getstatic(Names.FUTURE, "PENDING", Names.OBJECT);
            code.labelBinding(done).areturn();
            code.labelBinding(other).aload(0).aload(1);
            code.invokeinterface(Names.FUTURE, "pollRaw", Names.STEP).areturn();
            frames(
                    code,
                    frame(done, List.of(Names.FUTURE, Names.CONTEXT, machine), List.of(Names.OBJECT)),
                    frame(other, List.of(Names.FUTURE, Names.CONTEXT), List.of()));
        });
    }

    /// Frames are written down, so that nothing has to compute them.
    private static void frames(CodeBuilder code, StackMapFrameInfo... frames) {
        code.with(StackMapTableAttribute.of(List.of(frames)));
    }

    private static StackMapFrameInfo frame(Label at, List<ClassDesc> locals, List<ClassDesc> stack) {
        return StackMapFrameInfo.of(at, infos(locals), infos(stack));
    }

    private static List<VerificationTypeInfo> infos(List<ClassDesc> types) {
        var infos = new ArrayList<VerificationTypeInfo>();
        for (ClassDesc type : types) {
            infos.add(ObjectVerificationTypeInfo.of(type));
        }
        return infos;
    }

    private void clear(ClassBuilder out) {
        out.withMethodBody("clear", MTD_void, ClassFile.ACC_PROTECTED, code -> {
            if (shape.isInstance()) {
                code.aload(0).aconst_null().putfield(machine, SELF, hostType());
            }
            wipe(code).return_();
        });
    }

    private CodeBuilder wipe(CodeBuilder code) {
        for (Layout.Field field : shape.fields()) {
            if (field.isReference()) {
                code.aload(0).aconst_null().putfield(fields.of(field, code));
            }
        }
        return code;
    }

    private void constants(ClassBuilder out) {
        out.withMethodBody(
                "sites",
                SITES,
                ClassFile.ACC_PROTECTED,
                code -> code.loadConstant(shape.sites()).areturn());
        out.withMethodBody(
                "hasCleanup",
                HAS_CLEANUP,
                ClassFile.ACC_PROTECTED,
                code -> code.loadConstant(shape.hasCleanup() ? 1 : 0).ireturn());
    }
}
