// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.constantpool.ConstantPoolBuilder;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Writes the class of the user's: the bodies of its blocks and the places where they are made; the rest as it was.
final class HostWriter {
    private static final ClassDesc METHOD = ClassDesc.of("java.lang.reflect.Method");

    private final ClassModel model;
    private final BlockFinder found;
    private final Map<Block, BlockPlan> plans;
    private final boolean atLoad;

    /// @param atLoad whether the class initialiser asks the agent for the machines, which no file holds
    HostWriter(ClassModel model, BlockFinder found, Map<Block, BlockPlan> plans, boolean atLoad) {
        this.model = model;
        this.found = found;
        this.plans = plans;
        this.atLoad = atLoad;
    }

    byte[] write(ClassFile context) {
        return context.build(model.thisClass(), ConstantPoolBuilder.of(model), out -> {
            for (ClassElement element : model) {
                if (element instanceof MethodModel method) {
                    List<Block> own = found.bodiesOf(method);
                    if (own == null) {
                        method(method, out);
                    } else {
                        boolean isSynthetic = method.flags().has(AccessFlag.SYNTHETIC);
                        own.forEach(block -> body(block, Objects.requireNonNull(plans.get(block)), isSynthetic, out));
                    }
                } else {
                    out.with(element);
                }
            }
            for (Block block : found.blocks) {
                if (block.lambda() == null) {
                    out.withMethodBody(
                            block.bodyName(),
                            block.bodyType(),
                            bodyFlags(true, true),
                            code -> Bridge.write(block, code));
                }
            }
            if (atLoad && !hasInitializer()) {
                out.withMethodBody("<clinit>", ConstantDescs.MTD_void, ClassFile.ACC_STATIC, code -> {
                    askAgent(code);
                    code.return_();
                });
            }
            out.with(new BlocksAttribute());
        });
    }

    private boolean hasInitializer() {
        for (MethodModel method : model.methods()) {
            if (method.methodName().equalsString("<clinit>")) {
                return true;
            }
        }
        return false;
    }

    private int bodyFlags(boolean isSynthetic, boolean isStatic) {
        boolean isInterface = model.flags().has(AccessFlag.INTERFACE);
        return (isSynthetic ? ClassFile.ACC_SYNTHETIC : 0)
                | (isStatic ? ClassFile.ACC_STATIC : ClassFile.ACC_FINAL)
                | (isInterface ? ClassFile.ACC_PUBLIC : 0);
    }

    private void body(Block block, BlockPlan plan, boolean isSynthetic, ClassBuilder out) {
        out.withMethodBody(
                block.bodyName(),
                plan.bodyType(),
                bodyFlags(isSynthetic, !plan.isInstance),
                code -> new BodyWriter(plan, found.sites, code).write());
    }

    /// A method that is no body: as it was, but for the blocks that are made in it.
    private void method(MethodModel method, ClassBuilder out) {
        CodeModel code = method.code().orElse(null);
        boolean asksFirst = atLoad && method.methodName().equalsString("<clinit>");
        if (code == null || !(asksFirst || found.makers.contains(method))) {
            out.with(method);
            return;
        }
        out.withMethod(method.methodName(), method.methodType(), method.flags().flagsMask(), made -> {
            for (MethodElement element : method) {
                if (element instanceof CodeModel) {
                    made.withCode(to -> {
                        if (asksFirst) {
                            askAgent(to);
                        }
                        copy(method, (CodeAttribute) code, to);
                    });
                } else {
                    made.with(element);
                }
            }
        });
    }

    /// Calls [Agent#define] by name, in the class loader that has the agent: the loader of the class itself, as those
    /// of application servers, need not know it.
    private static void askAgent(CodeBuilder code) {
        ClassDesc classDesc = ConstantDescs.CD_Class;
        ClassDesc loader = ClassDesc.of("java.lang.ClassLoader");
        code.loadConstant(Agent.class.getName()).iconst_1();
        code.invokestatic(loader, "getSystemClassLoader", MethodTypeDesc.of(loader));
        code.invokestatic(
                classDesc,
                "forName",
                MethodTypeDesc.of(classDesc, ConstantDescs.CD_String, ConstantDescs.CD_boolean, loader));
        code.loadConstant("define");
        arrayOf(classDesc, code, () -> code.loadConstant(ConstantDescs.CD_MethodHandles_Lookup));
        code.invokevirtual(
                classDesc, "getMethod", MethodTypeDesc.of(METHOD, ConstantDescs.CD_String, classDesc.arrayType()));
        code.aconst_null();
        arrayOf(
                ConstantDescs.CD_Object,
                code,
                () -> code.invokestatic(
                        ConstantDescs.CD_MethodHandles,
                        "lookup",
                        MethodTypeDesc.of(ConstantDescs.CD_MethodHandles_Lookup)));
        code.invokevirtual(
                METHOD,
                "invoke",
                MethodTypeDesc.of(
                        ConstantDescs.CD_Object, ConstantDescs.CD_Object, ConstantDescs.CD_Object.arrayType()));
        code.pop();
    }

    private static void arrayOf(ClassDesc type, CodeBuilder code, Runnable element) {
        code.iconst_1().anewarray(type).dup().iconst_0();
        element.run();
        code.aastore();
    }

    private void copy(MethodModel method, CodeAttribute code, CodeBuilder out) {
        InvokeDynamicInstruction before = null;
        for (CodeElement element : found.elementsOf(method)) {
            if (element instanceof InvokeDynamicInstruction site && found.sites.at(site) != null) {
                found.sites.write(site, out);
                before = site;
                continue;
            }
            if (before != null && element instanceof InvokeInstruction call && found.sites.startsAtOnce(before, call)) {
                found.sites.made(before, out);
            } else {
                out.with(element);
            }
            if (element instanceof Instruction || element instanceof LabelTarget) {
                before = null;
            }
        }
        code.findAttribute(Attributes.stackMapTable()).ifPresent(out::with);
    }
}
