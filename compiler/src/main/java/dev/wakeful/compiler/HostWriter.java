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
            if (atLoad && !found.hasMethod("<clinit>()V")) {
                out.withMethodBody("<clinit>", ConstantDescs.MTD_void, ClassFile.ACC_STATIC, code -> {
                    askAgent(code);
                    code.return_();
                });
            }
            out.with(new BlocksAttribute());
        });
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
                        copy((CodeAttribute) code, to);
                    });
                } else {
                    made.with(element);
                }
            }
        });
    }

    private static void askAgent(CodeBuilder code) {
        code.invokestatic(
                ConstantDescs.CD_MethodHandles, "lookup", MethodTypeDesc.of(ConstantDescs.CD_MethodHandles_Lookup));
        code.invokestatic(
                ClassDesc.of(Agent.class.getName()),
                "define",
                MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_MethodHandles_Lookup));
    }

    private void copy(CodeAttribute code, CodeBuilder out) {
        InvokeDynamicInstruction before = null;
        for (CodeElement element : code) {
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
