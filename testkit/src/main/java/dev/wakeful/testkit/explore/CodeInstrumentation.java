// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit.explore;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DynamicCallSiteDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodType;
import java.util.Set;

/// The instructions of one method.
final class CodeInstrumentation implements CodeTransform {
    private static final MethodTypeDesc OF_FIELD =
            MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Object, ConstantDescs.CD_String);
    private static final MethodTypeDesc OF_HANDLE = MethodTypeDesc.of(
            ConstantDescs.CD_void, ConstantDescs.CD_VarHandle, ConstantDescs.CD_Object, ConstantDescs.CD_int);
    private static final MethodTypeDesc OF_ATOMIC =
            MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Object, ConstantDescs.CD_int);
    private static final ClassDesc CD_OBJECTS = ConstantDescs.CD_Object.arrayType();
    private static final MethodTypeDesc OF_TEXT = MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String);

    private static final Set<String> COLLECTIONS = Set.of(
            "java/util/Queue",
            "java/util/Deque",
            "java/util/Collection",
            "java/util/List",
            "java/util/Map",
            "java/util/Set");
    private static final Set<String> HARMLESS = Set.of(
            "java/util/concurrent/Callable",
            "java/util/concurrent/Executor",
            "java/util/concurrent/TimeUnit",
            "java/util/concurrent/CopyOnWriteArrayList",
            "java/util/concurrent/CopyOnWriteArraySet");

    private final Instrumentation instrumentation;

    private final MethodReferences references;

    CodeInstrumentation(Instrumentation instrumentation, MethodReferences references) {
        this.instrumentation = instrumentation;
        this.references = references;
    }

    static boolean isCollection(String internalName) {
        return COLLECTIONS.contains(internalName);
    }

    @Override
    public void accept(CodeBuilder code, CodeElement element) {
        switch (element) {
            case FieldInstruction field -> field(code, field);
            case InvokeInstruction call -> invoke(code, call);
            case InvokeDynamicInstruction site ->
                code.invokedynamic(references.replace(DynamicCallSiteDesc.of(
                        site.bootstrapMethod(),
                        site.name().stringValue(),
                        site.typeSymbol(),
                        site.bootstrapArgs().toArray(ConstantDesc[]::new))));
            case MonitorInstruction monitor ->
                Instrumentation.callWithObject(
                        code, monitor.opcode() == Opcode.MONITORENTER ? "monitorEnter" : "monitorExit");
            default -> code.with(element);
        }
    }

    // ------------------------------------------------------------------------------------------------- fields

    private void field(CodeBuilder code, FieldInstruction field) {
        String name = field.name().stringValue();
        switch (instrumentation.kind(field.owner().asInternalName(), name)) {
            case VOLATILE -> before(code, field, name, "read", "write");
            case PLAIN -> before(code, field, name, "plainRead", "plainWrite");
            case OTHER -> {}
        }
        code.with(field);
    }

    private static void before(CodeBuilder code, FieldInstruction field, String name, String read, String write) {
        switch (field.opcode()) {
            case GETSTATIC -> code.loadConstant(name);
            case PUTSTATIC -> code.loadConstant(name);
            case GETFIELD -> code.dup();
            default -> dupBelowValue(code, TypeKind.from(field.typeSymbol()));
        }
        boolean writes = field.opcode() == Opcode.PUTFIELD || field.opcode() == Opcode.PUTSTATIC;
        code.loadConstant(name);
        Instrumentation.call(code, writes ? write : read, OF_FIELD);
    }

    /// object, value -> object, value, object
    private static void dupBelowValue(CodeBuilder code, TypeKind value) {
        if (value.slotSize() == 1) {
            code.dup2().pop();
        } else {
            code.dup2_x1().pop2().dup_x2();
        }
    }

    // ------------------------------------------------------------------------------------------------- calls

    private void invoke(CodeBuilder code, InvokeInstruction call) {
        String owner = call.owner().asInternalName();
        String name = call.name().stringValue();
        MethodTypeDesc type = call.typeSymbol();
        switch (owner) {
            case "java/lang/invoke/VarHandle" -> varHandle(code, call, name, type);
            case "java/util/concurrent/locks/LockSupport" -> support(code, call, name, type);
            case "java/lang/Thread" -> thread(code, call, name, type);
            case "java/lang/Object" -> object(code, call, name, type);
            default -> {
                if (owner.startsWith("java/util/concurrent/")) {
                    concurrent(code, call, owner, name, type);
                } else if (COLLECTIONS.contains(owner) && call.opcode() == Opcode.INVOKEINTERFACE) {
                    withReceiver(code, type, () -> Instrumentation.callWithObject(code, "collection"));
                    code.with(call);
                } else {
                    code.with(call);
                }
            }
        }
    }

    private static void varHandle(CodeBuilder code, InvokeInstruction call, String name, MethodTypeDesc type) {
        boolean accesses = call.opcode() == Opcode.INVOKEVIRTUAL && isAccess(name);
        if (!accesses) {
            if (name.equals("fullFence")) {
                Instrumentation.call(code, "fence", ConstantDescs.MTD_void);
            }
            code.with(call);
            return;
        }
        if (isWeakStore(name) || name.equals("set")) {
            weakStore(code, type, name, ConstantDescs.CD_VarHandle);
            return;
        }
        int[] slots = Instrumentation.spill(code, type);
        code.dup();
        if (slots.length > 0 && !type.parameterType(0).isPrimitive()) {
            code.aload(slots[0]);
        } else {
            code.aconst_null();
        }
        code.loadConstant(kind(name, name.equals("get")));
        Instrumentation.call(code, "handle", OF_HANDLE);
        Instrumentation.reload(code, type, slots);
        code.with(call);
    }

    private static boolean isAccess(String name) {
        return name.startsWith("get")
                || name.startsWith("set")
                || name.startsWith("compareAnd")
                || name.startsWith("weakCompareAnd");
    }

    private static boolean reads(String name) {
        return (name.startsWith("get") && !name.contains("And")) || name.endsWith("Value");
    }

    private static boolean isWeakStore(String name) {
        return name.equals("setRelease")
                || name.equals("setOpaque")
                || name.equals("setPlain")
                || name.equals("lazySet");
    }

    /// receiver, arguments -> receiver, an array of the arguments, whether the store releases
    private static void weakStore(CodeBuilder code, MethodTypeDesc type, String name, ClassDesc receiver) {
        int[] slots = Instrumentation.spill(code, type);
        code.loadConstant(slots.length).anewarray(ConstantDescs.CD_Object);
        for (int i = 0; i < slots.length; i++) {
            TypeKind kind = TypeKind.from(type.parameterType(i));
            code.dup().loadConstant(i).loadLocal(kind, slots[i]);
            box(code, kind);
            code.aastore();
        }
        code.loadConstant(name.equals("setRelease") || name.equals("lazySet") ? 1 : 0);
        Instrumentation.call(
                code,
                "store",
                MethodTypeDesc.of(ConstantDescs.CD_void, receiver, CD_OBJECTS, ConstantDescs.CD_boolean));
    }

    private static void box(CodeBuilder code, TypeKind kind) {
        if (kind != TypeKind.REFERENCE) {
            ClassDesc primitive = kind.upperBound();
            ClassDesc boxed =
                    ClassDesc.of(MethodType.fromMethodDescriptorString("()" + primitive.descriptorString(), null)
                            .wrap()
                            .returnType()
                            .getName());
            code.invokestatic(boxed, "valueOf", MethodTypeDesc.of(boxed, primitive));
        }
    }

    private static int kind(String name, boolean isPlain) {
        if (!reads(name)) {
            return Points.WRITES;
        }
        return isPlain || name.equals("getOpaque") || name.equals("getPlain") ? Points.READS_WEAKLY : Points.READS;
    }

    private static void support(CodeBuilder code, InvokeInstruction call, String name, MethodTypeDesc type) {
        if (name.startsWith("park") || name.equals("unpark")) {
            Instrumentation.call(code, name, type);
        } else {
            code.with(call);
        }
    }

    private static void thread(CodeBuilder code, InvokeInstruction call, String name, MethodTypeDesc type) {
        switch (name) {
            case "currentThread" -> Instrumentation.call(code, "currentThread", type);
            case "onSpinWait", "yield" -> Instrumentation.call(code, "spin", type);
            case "sleep" -> {
                if (type.parameterCount() == 1 && type.parameterType(0) == ConstantDescs.CD_long) {
                    Instrumentation.call(code, "sleep", type);
                } else {
                    refuse(code, call);
                }
            }
            case "start", "startVirtualThread", "ofVirtual", "ofPlatform", "join", "<init>" -> refuse(code, call);
            default -> code.with(call);
        }
    }

    private static void object(CodeBuilder code, InvokeInstruction call, String name, MethodTypeDesc type) {
        String twin = switch (name) {
            case "wait" -> type.parameterCount() < 2 ? "await" : null;
            case "notify" -> "signal";
            case "notifyAll" -> "signalAll";
            default -> "";
        };
        if (twin == null) {
            refuse(code, call);
        } else if (twin.isEmpty()) {
            code.with(call);
        } else {
            Instrumentation.call(code, twin, type.insertParameterTypes(0, ConstantDescs.CD_Object));
        }
    }

    private static void concurrent(
            CodeBuilder code, InvokeInstruction call, String owner, String name, MethodTypeDesc type) {
        if (HARMLESS.contains(owner) || owner.endsWith("Exception")) {
            code.with(call);
            return;
        }
        boolean isAtomic = owner.startsWith("java/util/concurrent/atomic/");
        boolean isCollection = owner.startsWith("java/util/concurrent/Concurrent");
        if (!isAtomic && !isCollection) {
            refuse(code, call);
            return;
        }
        if (call.opcode() != Opcode.INVOKESTATIC && !name.equals("<init>")) {
            if (isAtomic && isWeakStore(name)) {
                weakStore(code, type, name, ConstantDescs.CD_Object);
                return;
            }
            int kind = isAtomic ? kind(name, false) : Points.WRITES;
            if (owner.endsWith("FieldUpdater")) { // the place is the object whose field it is
                int[] slots = Instrumentation.spill(code, type);
                code.aload(slots[0]).loadConstant(kind);
                Instrumentation.call(code, "atomic", OF_ATOMIC);
                Instrumentation.reload(code, type, slots);
            } else {
                withReceiver(code, type, () -> {
                    code.loadConstant(kind);
                    Instrumentation.call(code, "atomic", OF_ATOMIC);
                });
            }
        }
        code.with(call);
    }

    private static void withReceiver(CodeBuilder code, MethodTypeDesc type, Runnable then) {
        int[] slots = Instrumentation.spill(code, type);
        code.dup();
        then.run();
        Instrumentation.reload(code, type, slots);
    }

    private static void refuse(CodeBuilder code, InvokeInstruction call) {
        code.loadConstant(call.owner().asInternalName().replace('/', '.') + "."
                + call.name().stringValue());
        Instrumentation.call(code, "refuse", OF_TEXT);
        code.with(call);
    }
}
