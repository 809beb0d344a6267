// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassHierarchyResolver.ClassHierarchyInfo;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.constant.ClassDesc;
import java.util.BitSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Compiles one class file: has its blocks found, plans their bodies, and has host and machines written.
final class ClassCompiler {
    private static final ClassFile CONTEXT = ClassFile.of(
            ClassFile.StackMapsOption.DROP_STACK_MAPS,
            ClassFile.DeadCodeOption.KEEP_DEAD_CODE,
            ClassFile.DeadLabelsOption.DROP_DEAD_LABELS);

    private static final int HUGE = 8000;
    private static final String CODE_LENGTH = "Code length (\\d+) is outside .* in ([^(]+)\\(.*";

    private final ClassModel model;
    private final byte[] classFile;
    private final boolean atLoad;
    private final Refusals refusals;

    ClassCompiler(ClassModel model, byte[] classFile, boolean atLoad, Refusals refusals) {
        this.model = model;
        this.classFile = classFile;
        this.atLoad = atLoad;
        this.refusals = refusals;
    }

    /// The classes by internal name, the host first; empty when there is nothing to do or something is refused.
    Map<String, byte[]> compile() {
        String version = BlocksAttribute.version(model);
        if (version != null) {
            if (!version.equals(BlocksAttribute.VERSION)) {
                String name = model.thisClass().asInternalName().replace('/', '.');
                refusals.refuse(Texts.OTHER_VERSION, 0, name, version, BlocksAttribute.VERSION);
            }
            return Map.of();
        }
        var found = new BlockFinder(model, new Mentions(classFile), atLoad, refusals);
        if (found.blocks.isEmpty() || isRefused()) {
            return Map.of();
        }
        Map<Block, BlockPlan> plans = plans(found);
        return isRefused() ? Map.of() : write(found, plans);
    }

    private boolean isRefused() {
        return !refusals.isEmpty();
    }

    private Map<Block, BlockPlan> plans(BlockFinder found) {
        var plans = new IdentityHashMap<Block, BlockPlan>();
        var signatures = new Signatures();
        for (Block block : found.blocks) {
            if (block.lambda() != null) {
                plans.put(
                        block, plan(block, new CodeBody(block.lambda(), found.elementsOf(block.lambda()), signatures)));
            }
        }
        var direct = new DirectCalls(model, found);
        for (Block block : found.blocks) {
            BlockPlan plan = plans.get(block);
            if (plan != null) {
                direct.find(plan, plans);
            }
        }
        return plans;
    }

    private BlockPlan plan(Block block, CodeBody body) {
        var plan = new BlockPlan(body, block);
        if (!body.awaits.isEmpty()) {
            BitSet held = plan.flow.monitorHeld();
            for (int await : body.awaits) {
                if (held.get(await)) {
                    refusals.refuse(Texts.SYNCHRONIZED, body.lineAt(await));
                }
            }
        }
        return plan;
    }

    private Map<String, byte[]> write(BlockFinder found, Map<Block, BlockPlan> plans) {
        byte[] host = hostOrRefusal(new HostWriter(model, found, plans, atLoad), plans);
        if (host == null) {
            return Map.of();
        }
        if (host.length > HUGE && canBeHuge(plans)) {
            noteLargeBodies(found, plans, host);
        }
        var output = new LinkedHashMap<String, byte[]>();
        output.put(model.thisClass().asInternalName(), host);
        for (Block block : found.blocks) {
            BlockPlan plan = plans.get(block);
            var shape = plan == null
                    ? MachineWriter.Shape.ofReference(model, block)
                    : MachineWriter.Shape.of(model, block, plan);
            output.put(internalName(block.machine()), new MachineWriter(model, block, shape).write());
        }
        return output;
    }

    private static String internalName(ClassDesc type) {
        String descriptor = type.descriptorString();
        return descriptor.substring(1, descriptor.length() - 1);
    }

    private byte @Nullable [] hostOrRefusal(HostWriter writer, Map<Block, BlockPlan> plans) {
        try {
            byte[] host = writer.write(CONTEXT);
            return writer.unframed().isEmpty() ? host : framed(host, writer.unframed());
        } catch (TooLarge e) {
            refusals.refuse(Texts.TOO_LARGE, firstLine(plans, e.method()), e.length());
            return null;
        } catch (IllegalArgumentException e) {
            Matcher tooLarge = Pattern.compile(CODE_LENGTH).matcher(String.valueOf(e.getMessage()));
            if (!tooLarge.matches()) {
                throw e;
            }
            refusals.refuse(Texts.TOO_LARGE, firstLine(plans, tooLarge.group(2)), tooLarge.group(1));
            return null;
        }
    }

    private static int firstLine(Map<Block, BlockPlan> plans, String bodyName) {
        return plans.entrySet().stream()
                .filter(one -> one.getKey().bodyName().equals(bodyName))
                .mapToInt(one -> one.getValue().body.firstLine())
                .findFirst()
                .orElse(0);
    }

    /// For methods whose jumps are too far for two bytes: there are instructions between those that have frames, and
    /// only the API can find out theirs. Classes that it asks for and nobody knows are taken for direct subclasses of
    /// `Object`, so that two of them merge to `Object`; an interface would be merged with anything to itself.
    private static byte[] framed(byte[] host, Set<String> methods) {
        ClassFile framing = ClassFile.of(
                ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
                ClassFile.DeadLabelsOption.DROP_DEAD_LABELS,
                ClassFile.ClassHierarchyResolverOption.of(
                        ClassHierarchyResolver.ofResourceParsing(ClassLoader.getSystemClassLoader())
                                .orElse(type -> type.equals(Names.OBJECT)
                                        ? ClassHierarchyInfo.ofClass(null)
                                        : ClassHierarchyInfo.ofClass(Names.OBJECT))
                                .cached()));
        return framing.transformClass(
                framing.parse(host),
                ClassTransform.transformingMethodBodies(
                        method -> methods.contains(BlockFinder.key(method)), CodeTransform.ACCEPT_ALL));
    }

    /// Spares most classes that they are parsed again.
    private static boolean canBeHuge(Map<Block, BlockPlan> plans) {
        for (BlockPlan plan : plans.values()) {
            if (plan.mostBytes() > HUGE) {
                return true;
            }
        }
        return false;
    }

    /// Bodies that the JIT compiler never compiles (`DontCompileHugeMethods`).
    private void noteLargeBodies(BlockFinder found, Map<Block, BlockPlan> plans, byte[] host) {
        var lengths = new HashMap<String, Integer>();
        for (MethodModel method : ClassFile.of().parse(host).methods()) {
            method.code().ifPresent(code -> lengths.put(BlockFinder.key(method), ((CodeAttribute) code).codeLength()));
        }
        for (Block block : found.blocks) {
            BlockPlan plan = plans.get(block);
            int length = plan == null
                    ? 0
                    : lengths.getOrDefault(block.bodyName() + plan.bodyType().descriptorString(), 0);
            if (plan != null && length > HUGE) {
                refusals.note(Texts.LARGE, plan.body.firstLine(), length);
            }
        }
    }
}
