// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import dev.wakeful.compiler.assembler.Assembler;
import dev.wakeful.compiler.assembler.FrameType;
import dev.wakeful.compiler.assembler.HostPool;
import dev.wakeful.compiler.assembler.WrittenCode;
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
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Writes the class of the user's: the bodies of its blocks and the places where they are made; the rest as it was.
final class HostWriter {
    private static final int LONGEST = 65535;

    /// Code of this length may have jumps that two bytes do not reach, once it is written anew.
    private static final int FAR = 32000;

    private final ClassModel model;
    private final BlockFinder found;
    private final Map<Block, BlockPlan> plans;
    private final boolean atLoad;
    private final HostPool pool;

    /// The methods that may have jumps of four bytes, by name and type: not all of their frames are known.
    private final Set<String> unframed = new HashSet<>();

    /// @param atLoad whether the class initialiser asks the agent for the machines, which no file holds
    HostWriter(ClassModel model, BlockFinder found, Map<Block, BlockPlan> plans, boolean atLoad) {
        this.model = model;
        this.found = found;
        this.plans = plans;
        this.atLoad = atLoad;
        this.pool = new HostPool(ConstantPoolBuilder.of(model));
    }

    /// The methods of which some frames may be missing, by name and type.
    Set<String> unframed() {
        return unframed;
    }

    byte[] write(ClassFile context) {
        return context.build(model.thisClass(), pool.entries(), out -> {
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
                    method(
                            block.bodyName(),
                            block.bodyType(),
                            bodyFlags(true, true),
                            out,
                            code -> Bridge.write(block, code));
                }
            }
            if (atLoad && !hasInitializer()) {
                out.withMethodBody("<clinit>", ConstantDescs.MTD_void, ClassFile.ACC_STATIC, code -> {
                    AgentCall.write(code);
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
        method(
                block.bodyName(),
                plan.bodyType(),
                bodyFlags(isSynthetic, !plan.isInstance),
                out,
                code -> new BodyWriter(plan, found.sites, code).write());
    }

    private void method(String name, MethodTypeDesc type, int flags, ClassBuilder out, Consumer<Assembler> body) {
        FrameType receiver = (flags & ClassFile.ACC_STATIC) == 0
                ? FrameType.object(model.thisClass().asSymbol())
                : null;
        out.withMethod(name, type, flags, method -> method.with(code(name, type, receiver, body)));
    }

    /// Writes code, with long jumps where short ones do not reach.
    private WrittenCode code(String name, MethodTypeDesc type, @Nullable FrameType receiver, Consumer<Assembler> body) {
        var code = new Assembler(pool, receiver, type, false);
        body.accept(code);
        if (!code.fits()) {
            code = new Assembler(pool, receiver, type, true);
            body.accept(code);
            code.fits();
        }
        if (code.length() > LONGEST) {
            throw new TooLarge(name, code.length());
        }
        if (code.lacksFrames()) {
            unframed.add(name + type.descriptorString());
        }
        return code.finish();
    }

    private @Nullable FrameType receiver(MethodModel method) {
        if (method.flags().has(AccessFlag.STATIC)) {
            return null;
        }
        return method.methodName().equalsString("<init>")
                ? FrameType.UNINITIALIZED_THIS
                : FrameType.object(model.thisClass().asSymbol());
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
                if (!(element instanceof CodeModel)) {
                    made.with(element);
                } else if (!asksFirst && MakerWriter.canCopy((CodeAttribute) code)) {
                    made.with(code(
                            method.methodName().stringValue(),
                            method.methodTypeSymbol(),
                            receiver(method),
                            to -> new MakerWriter((CodeAttribute) code, found.elementsOf(method), found.sites, to)
                                    .write()));
                } else {
                    made.withCode(to -> {
                        if (asksFirst) {
                            AgentCall.write(to);
                        }
                        copy(method, (CodeAttribute) code, to);
                    });
                }
            }
        });
    }

    /// The same by the API, for code that has more than the compiler knows to write.
    private void copy(MethodModel method, CodeAttribute code, CodeBuilder out) {
        InvokeDynamicInstruction before = null;
        for (CodeElement element : found.elementsOf(method)) {
            if (element instanceof InvokeDynamicInstruction site && found.sites.at(site) != null) {
                CallSites.make(Objects.requireNonNull(found.sites.at(site)), out);
                before = site;
                continue;
            }
            if (before != null && element instanceof InvokeInstruction call && found.sites.startsAtOnce(before, call)) {
                CallSites.made(Objects.requireNonNull(found.sites.at(before)), out);
            } else {
                out.with(element);
            }
            if (element instanceof Instruction || element instanceof LabelTarget) {
                before = null;
            }
        }
        code.findAttribute(Attributes.stackMapTable()).ifPresent(out::with);
        if (code.codeLength() > FAR) { // the API may have to write long jumps
            unframed.add(BlockFinder.key(method));
        }
    }
}
