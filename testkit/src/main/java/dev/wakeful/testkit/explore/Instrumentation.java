// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit.explore;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Puts a call of [Points] before each instruction of a class file that touches what other threads can see.
final class Instrumentation {
    private static final ClassDesc POINTS = Points.class.describeConstable().orElseThrow();
    private static final MethodTypeDesc OF_OBJECT = MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Object);

    /// Says so before the first instruction.
    private static final CodeTransform INITIALISER = new CodeTransform() {
        @Override
        public void atStart(CodeBuilder code) {
            call(code, "initialising", ConstantDescs.MTD_void);
        }

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            code.with(element);
        }
    };

    private final Function<String, byte @Nullable []> classFiles;
    private final ClassFile classFile;
    private final Map<String, Fields> fields = new HashMap<>();

    /// The fields of a class, by what matters of them here.
    private record Fields(
            Set<String> volatiles,
            Set<String> finals,
            Set<String> plain,
            @Nullable String parent) {
        static final Fields NONE = new Fields(Set.of(), Set.of(), Set.of(), null);
    }

    /// What a field is to its readers.
    enum FieldKind {
        VOLATILE,
        PLAIN,
        OTHER
    }

    /// @param classFiles gives the class file of an internal name, or `null`
    Instrumentation(Function<String, byte @Nullable []> classFiles) {
        this.classFiles = classFiles;
        ClassHierarchyResolver resolver = ClassHierarchyResolver.ofResourceParsing(type -> {
                    byte[] bytes = classFiles.apply(internalName(type));
                    return bytes == null ? null : new java.io.ByteArrayInputStream(bytes);
                })
                .orElse(ClassHierarchyResolver.defaultResolver());
        this.classFile = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(resolver));
    }

    private static String internalName(ClassDesc type) {
        String descriptor = type.descriptorString();
        return descriptor.substring(1, descriptor.length() - 1);
    }

    byte[] instrument(byte[] bytes) {
        ClassModel model = classFile.parse(bytes);
        ClassDesc self = model.thisClass().asSymbol();
        boolean isInterface = model.flags().has(AccessFlag.INTERFACE);
        var references = new MethodReferences(self, isInterface);
        var code = new CodeInstrumentation(this, references);
        ClassTransform methods = (builder, element) -> {
            if (element instanceof MethodModel method && method.code().isPresent()) {
                if (method.flags().has(AccessFlag.SYNCHRONIZED)) {
                    Synchronized.rewrite(builder, self, method, code);
                } else if (method.methodName().equalsString(ConstantDescs.CLASS_INIT_NAME)) {
                    builder.transformMethod(method, MethodTransform.transformingCode(INITIALISER.andThen(code)));
                } else {
                    builder.transformMethod(method, MethodTransform.transformingCode(code));
                }
            } else {
                builder.with(element);
            }
        };
        byte[] first = classFile.transformClass(
                model, methods.andThen(ClassTransform.endHandler(builder -> references.addTo(builder))));
        return references.isEmpty() ? first : instrumentBodies(first);
    }

    /// The bodies that stand in for method references are instrumented in their turn.
    private byte[] instrumentBodies(byte[] bytes) {
        ClassModel model = classFile.parse(bytes);
        ClassDesc self = model.thisClass().asSymbol();
        var code = new CodeInstrumentation(this, new MethodReferences(self, false));
        return classFile.transformClass(
                model,
                ClassTransform.transformingMethods(
                        method -> MethodReferences.isBody(method.methodName().stringValue()),
                        MethodTransform.transformingCode(code)));
    }

    FieldKind kind(String owner, String name) {
        for (@Nullable String at = owner; at != null; ) {
            Fields declared = fieldsOf(at);
            if (declared.volatiles.contains(name)) {
                return FieldKind.VOLATILE;
            }
            if (declared.plain.contains(name)) {
                return FieldKind.PLAIN;
            }
            if (declared.finals.contains(name)) {
                return FieldKind.OTHER;
            }
            at = declared.parent;
        }
        return FieldKind.OTHER;
    }

    private Fields fieldsOf(String owner) {
        return fields.computeIfAbsent(owner, name -> {
            byte[] bytes = name.startsWith("java/") ? null : classFiles.apply(name);
            return bytes == null ? Fields.NONE : parse(ClassFile.of().parse(bytes));
        });
    }

    private static Fields parse(ClassModel model) {
        Set<String> volatiles = new HashSet<>();
        Set<String> finals = new HashSet<>();
        Set<String> plain = new HashSet<>();
        for (FieldModel field : model.fields()) {
            Set<String> kind = field.flags().has(AccessFlag.VOLATILE)
                    ? volatiles
                    : field.flags().has(AccessFlag.FINAL) ? finals : plain;
            kind.add(field.fieldName().stringValue());
        }
        return new Fields(
                volatiles,
                finals,
                plain,
                model.superclass().map(type -> type.asInternalName()).orElse(null));
    }

    static void call(CodeBuilder code, String method, MethodTypeDesc type) {
        code.invokestatic(POINTS, method, type);
    }

    static void callWithObject(CodeBuilder code, String method) {
        call(code, method, OF_OBJECT);
    }

    /// Moves the arguments of a call from the stack to fresh locals, so that what lies below them can be looked at.
    static int[] spill(CodeBuilder code, MethodTypeDesc type) {
        int[] slots = new int[type.parameterCount()];
        for (int i = slots.length - 1; i >= 0; i--) {
            TypeKind kind = TypeKind.from(type.parameterType(i));
            slots[i] = code.allocateLocal(kind);
            code.storeLocal(kind, slots[i]);
        }
        return slots;
    }

    static void reload(CodeBuilder code, MethodTypeDesc type, int[] slots) {
        for (int i = 0; i < slots.length; i++) {
            code.loadLocal(TypeKind.from(type.parameterType(i)), slots[i]);
        }
    }
}
