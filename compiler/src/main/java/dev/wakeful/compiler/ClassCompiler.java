// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassHierarchyResolver.ClassHierarchyInfo;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.constantpool.ConstantPoolBuilder;
import java.lang.classfile.constantpool.LoadableConstantEntry;
import java.lang.classfile.constantpool.MethodHandleEntry;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Compiles one class file: finds its blocks, rewrites their bodies and call sites, and writes their machines.
final class ClassCompiler {
    private static final ClassFile CONTEXT = ClassFile.of(
            ClassFile.StackMapsOption.DROP_STACK_MAPS,
            ClassFile.DeadCodeOption.KEEP_DEAD_CODE,
            ClassFile.DeadLabelsOption.DROP_DEAD_LABELS);

    /// For bodies whose jumps are too far for two bytes: the API then adds instructions between ours, and only it can
    /// write the frames. Classes that it asks for and nobody knows are taken for direct subclasses of `Object`, so that
    /// two of them merge to `Object`; an interface would be merged with anything to itself.
    private static final ClassFile LONG_JUMPS = ClassFile.of(
            ClassFile.DeadLabelsOption.DROP_DEAD_LABELS,
            ClassFile.ClassHierarchyResolverOption.of(
                    ClassHierarchyResolver.ofResourceParsing(ClassLoader.getSystemClassLoader())
                            .orElse(type -> type.equals(Names.OBJECT)
                                    ? ClassHierarchyInfo.ofClass(null)
                                    : ClassHierarchyInfo.ofClass(Names.OBJECT))
                            .cached()));

    private static final int SHORT_JUMP = 32767;
    private static final int HUGE = 8000;
    private static final Pattern CODE_LENGTH = Pattern.compile("Code length (\\d+) is outside .* in ([^(]+)\\(.*");

    private final ClassModel model;
    private final boolean atLoad;
    private final CallSites sites = new CallSites();
    private final Map<String, MethodModel> methods = new HashMap<>();
    /// The call sites that name a method of this class, by constant-pool entry: javac copies a `finally`, and with it
    /// the sites.
    private final Map<String, Set<Integer>> uses = new HashMap<>();
    /// The methods in which blocks are made.
    private final Set<MethodModel> makers = new HashSet<>();
    /// The lines of the awaits of each method, in the order of the class file.
    private final Map<MethodModel, List<Integer>> awaits = new LinkedHashMap<>();
    private final Map<String, List<Block>> consumed = new LinkedHashMap<>();
    private final List<Block> blocks = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private final List<Problem> notes = new ArrayList<>();
    private final Map<String, byte[]> output = new LinkedHashMap<>();
    private final BitSet rewritten = new BitSet();

    ClassCompiler(ClassModel model, boolean atLoad) {
        this.model = model;
        this.atLoad = atLoad;
    }

    List<Problem> problems() {
        return problems;
    }

    List<Problem> notes() {
        return notes;
    }

    /// The classes by internal name, the host first; empty when there is nothing to do or something is refused.
    Map<String, byte[]> compile() {
        String version = BlocksAttribute.version(model);
        if (version != null) {
            if (!version.equals(BlocksAttribute.VERSION)) {
                String name = model.thisClass().asInternalName().replace('/', '.');
                refuse(Texts.OTHER_VERSION, 0, name, version, BlocksAttribute.VERSION);
            }
            return Map.of();
        }
        model.methods().forEach(method -> methods.put(key(method), method));
        findSites();
        refuseAwaitsOutside();
        if (blocks.isEmpty() || !problems.isEmpty()) {
            return Map.of();
        }
        var plans = new HashMap<Block, BlockPlan>();
        for (Block block : blocks) {
            if (block.lambda() != null) {
                plans.put(block, plan(block, block.lambda()));
            }
        }
        if (!problems.isEmpty()) {
            return Map.of();
        }
        var direct = new DirectCalls(model, sites);
        plans.values().forEach(plan -> direct.find(plan, plans));
        byte[] host = hostOrRefusal(plans);
        if (host == null) {
            return Map.of();
        }
        noteLargeBodies(plans, host);
        output.put(model.thisClass().asInternalName(), host);
        for (Block block : blocks) {
            output.put(internalName(block.machine()), machine(block, plans.get(block)));
        }
        return problems.isEmpty() ? output : Map.of();
    }

    private static String internalName(ClassDesc type) {
        String descriptor = type.descriptorString();
        return descriptor.substring(1, descriptor.length() - 1);
    }

    private static String key(MethodModel method) {
        return method.methodName().stringValue() + method.methodType().stringValue();
    }

    // ------------------------------------------------------------------------------------------------- finding

    private void findSites() {
        var found = new ArrayList<InvokeDynamicInstruction>();
        for (MethodModel method : model.methods()) {
            if (method.code().isEmpty() || method.methodName().equalsString("$deserializeLambda$")) {
                continue;
            }
            int line = 0;
            for (CodeElement element : method.code().get()) {
                if (element instanceof java.lang.classfile.instruction.LineNumber at) {
                    line = at.line();
                } else if (element instanceof InvokeDynamicInstruction call) {
                    countUses(call, line);
                    if (Names.BLOCKS.containsKey(call.typeSymbol().returnType())) {
                        makers.add(method);
                        String factory = call.bootstrapMethod().methodName();
                        if (factory.equals("metafactory")) {
                            found.add(call);
                        } else if (factory.equals("altMetafactory")) {
                            refuse(Texts.SERIALIZABLE, line);
                        }
                    }
                } else if (element instanceof InvokeInstruction call) {
                    if (Names.isAwait(call)) {
                        awaits.computeIfAbsent(method, _ -> new ArrayList<>()).add(line);
                    }
                } else if (element instanceof ConstantInstruction.LoadConstantInstruction constant
                        && constant.constantEntry() instanceof MethodHandleEntry) {
                    refuseReference(constant.constantValue(), line);
                }
            }
        }
        Set<Integer> entries =
                found.stream().map(site -> site.invokedynamic().index()).collect(Collectors.toSet());
        for (InvokeDynamicInstruction site : found) {
            if (sites.at(site) == null) {
                Block block = block(site, entries);
                sites.add(site, block);
                blocks.add(block);
            }
        }
    }

    private void countUses(InvokeDynamicInstruction call, int line) {
        // the entries, since a string concatenation has nothing to look for and its descriptors cost time
        for (LoadableConstantEntry argument : call.invokedynamic().bootstrap().arguments()) {
            if (argument instanceof MethodHandleEntry entry) {
                DirectMethodHandleDesc handle = entry.asSymbol();
                refuseReference(handle, line);
                if (isOwn(handle)) {
                    uses.computeIfAbsent(handle.methodName() + handle.lookupDescriptor(), _ -> new HashSet<>())
                            .add(call.invokedynamic().index());
                }
            }
        }
    }

    private void refuseReference(ConstantDesc constant, int line) {
        if (constant instanceof DirectMethodHandleDesc handle
                && handle.owner().equals(Names.ASYNC)
                && handle.methodName().equals("await")) {
            refuse(Texts.REFERENCE, line);
        }
    }

    private boolean isOwn(DirectMethodHandleDesc handle) {
        return handle.owner().equals(model.thisClass().asSymbol());
    }

    private Block block(InvokeDynamicInstruction site, Set<Integer> entries) {
        var handle = (DirectMethodHandleDesc) site.bootstrapArgs().get(1);
        var instantiated = (MethodTypeDesc) site.bootstrapArgs().get(2);
        String key = handle.methodName() + handle.lookupDescriptor();
        MethodModel lambda = isOwn(handle) ? methods.get(key) : null;
        boolean isBody =
                lambda != null && Lambdas.isBody(lambda) && entries.containsAll(uses.getOrDefault(key, Set.of()));
        String name = isBody ? Lambdas.sourceName(handle.methodName()) : "ref";
        ClassDesc host = model.thisClass().asSymbol();
        ClassDesc machine = ClassDesc.ofInternalName(model.thisClass().asInternalName() + Names.INFIX + blocks.size());
        int copy = consumed.getOrDefault(key, List.of()).size();
        String bodyName = isBody
                ? bodyName(handle, lambda) + (copy == 0 ? "" : "$" + copy)
                : "lambda$" + name + "$async$" + blocks.size();
        Block block = new Block(
                machine,
                site.typeSymbol().returnType(),
                site.typeSymbol(),
                instantiated.parameterCount() == 0 ? null : instantiated.parameterType(0),
                handle,
                isBody ? lambda : null,
                atLoad ? Names.MACHINE : machine,
                bodyName);
        if (isBody) {
            consumed.computeIfAbsent(key, _ -> new ArrayList<>()).add(block);
        }
        return block;
    }

    /// An instance body is no longer private, so its name is one that no subclass can have.
    private String bodyName(DirectMethodHandleDesc handle, @Nullable MethodModel lambda) {
        if (lambda == null || lambda.flags().has(AccessFlag.STATIC)) {
            return handle.methodName();
        }
        String host = model.thisClass().asInternalName();
        return handle.methodName() + "$" + host.substring(host.lastIndexOf('/') + 1);
    }

    private void refuseAwaitsOutside() {
        awaits.forEach((method, lines) -> {
            if (!consumed.containsKey(key(method)) && !isOrphan(method)) {
                lines.forEach(line -> refuseAwait(method.methodName().stringValue(), method, line));
            }
        });
    }

    /// Whether this is the body of a lambda that javac found to be unreachable after it had made the body.
    private boolean isOrphan(MethodModel method) {
        return Lambdas.isBody(method)
                && method.methodName().stringValue().contains("lambda$")
                && !uses.containsKey(key(method));
    }

    private void refuseAwait(String name, MethodModel method, int line) {
        if (name.equals("<init>")) {
            refuse(Texts.CONSTRUCTOR, line);
        } else if (name.equals("<clinit>")) {
            refuse(Texts.INITIALIZER, line);
        } else if (Lambdas.isBody(method)) {
            refuse(Texts.LAMBDA, line, "lambda of " + Lambdas.sourceName(name), "which is no async block");
        } else {
            refuse(Texts.OUTSIDE, line, "method " + name);
        }
    }

    private void refuse(Texts text, int line, Object... values) {
        problems.add(new Problem(text.id, file(), line, text.with(values), true));
    }

    private String file() {
        return model.findAttribute(Attributes.sourceFile())
                .map(file -> file.sourceFile().stringValue())
                .orElse(model.thisClass().asInternalName());
    }

    private BlockPlan plan(Block block, MethodModel lambda) {
        var body = new CodeBody(lambda);
        var plan = new BlockPlan(body, block);
        if (!body.awaits.isEmpty()) {
            BitSet held = plan.flow.monitorHeld();
            for (int await : body.awaits) {
                if (held.get(await)) {
                    refuse(Texts.SYNCHRONIZED, body.lineAt(await));
                }
            }
        }
        return plan;
    }

    // ------------------------------------------------------------------------------------------------- writing

    private byte @Nullable [] hostOrRefusal(Map<Block, BlockPlan> plans) {
        try {
            byte[] host = host(plans, CONTEXT);
            return hasLongJumps(plans, host) ? host(plans, LONG_JUMPS) : host;
        } catch (IllegalArgumentException e) {
            Matcher tooLarge = CODE_LENGTH.matcher(String.valueOf(e.getMessage()));
            if (!tooLarge.matches()) {
                throw e;
            }
            int line = plans.entrySet().stream()
                    .filter(one -> one.getKey().bodyName().equals(tooLarge.group(2)))
                    .mapToInt(one -> one.getValue().body.firstLine())
                    .findFirst()
                    .orElse(0);
            refuse(Texts.TOO_LARGE, line, tooLarge.group(1));
            return null;
        }
    }

    /// Bodies that the JIT compiler never compiles (`DontCompileHugeMethods`).
    private void noteLargeBodies(Map<Block, BlockPlan> plans, byte[] host) {
        if (host.length <= HUGE) {
            return;
        }
        var lengths = new HashMap<String, Integer>();
        for (MethodModel method : ClassFile.of().parse(host).methods()) {
            method.code().ifPresent(code -> lengths.put(key(method), ((CodeAttribute) code).codeLength()));
        }
        for (Block block : blocks) {
            BlockPlan plan = plans.get(block);
            int length = plan == null
                    ? 0
                    : lengths.getOrDefault(block.bodyName() + plan.bodyType().descriptorString(), 0);
            if (plan != null && length > HUGE) {
                notes.add(new Problem(Texts.LARGE.id, file(), plan.body.firstLine(), Texts.LARGE.with(length), false));
            }
        }
    }

    private static boolean hasLongJumps(Map<Block, BlockPlan> plans, byte[] host) {
        return plans.values().stream().anyMatch(plan -> plan.body.code.codeLength() > SHORT_JUMP / 8)
                && ClassFile.of().parse(host).methods().stream()
                        .flatMap(method -> method.code().stream())
                        .anyMatch(code -> ((CodeAttribute) code).codeLength() > SHORT_JUMP);
    }

    private byte[] host(Map<Block, BlockPlan> plans, ClassFile context) {
        return context.build(model.thisClass(), ConstantPoolBuilder.of(model), out -> {
            for (ClassElement element : model) {
                if (element instanceof MethodModel method) {
                    List<Block> own = consumed.get(key(method));
                    if (own == null) {
                        method(method, out);
                    } else {
                        boolean isSynthetic = method.flags().has(AccessFlag.SYNTHETIC);
                        own.forEach(block ->
                                body(block, java.util.Objects.requireNonNull(plans.get(block)), isSynthetic, out));
                    }
                } else {
                    out.with(element);
                }
            }
            for (Block block : blocks) {
                if (block.lambda() == null) {
                    out.withMethodBody(
                            block.bodyName(),
                            block.bodyType(),
                            bodyFlags(true, true),
                            code -> MachineWriter.bridge(block, bridgeStart(block, layoutOf(block)), code));
                }
            }
            if (atLoad && !methods.containsKey("<clinit>()V")) {
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
                code -> new BodyWriter(plan, sites, code).write());
    }

    /// A method that is no body: as it was, but for the blocks that are made in it.
    private void method(MethodModel method, ClassBuilder out) {
        CodeModel code = method.code().orElse(null);
        boolean asksFirst = atLoad && method.methodName().equalsString("<clinit>");
        if (code == null || !(asksFirst || makers.contains(method))) {
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
            if (element instanceof InvokeDynamicInstruction site && sites.at(site) != null) {
                sites.write(site, out);
                before = site;
                continue;
            }
            if (!(before != null && element instanceof InvokeInstruction call && sites.startsAtOnce(before, call))) {
                out.with(element);
            }
            if (element instanceof java.lang.classfile.Instruction
                    || element instanceof java.lang.classfile.instruction.LabelTarget) {
                before = null;
            }
        }
        code.findAttribute(Attributes.stackMapTable()).ifPresent(out::with);
    }

    private static Layout layoutOf(Block block) {
        var castable = new java.util.HashSet<ClassDesc>();
        block.captures().parameterList().forEach(castable::add);
        return new Layout(castable);
    }

    /// The fields of a machine that only calls a method reference.
    private static List<Layout.Saved> bridgeStart(Block block, Layout layout) {
        var values = new ArrayList<Layout.Value>();
        for (ClassDesc captured : block.captures().parameterList()) {
            values.add(new Layout.Value(false, values.size(), VType.of(captured)));
        }
        if (block.parameter() != null) {
            values.add(new Layout.Value(false, values.size(), VType.of(block.parameter())));
        }
        return layout.assign(values);
    }

    private byte[] machine(Block block, @Nullable BlockPlan plan) {
        MachineWriter.Shape shape;
        if (plan == null) {
            Layout layout = layoutOf(block);
            List<Layout.Saved> start = bridgeStart(block, layout);
            shape = new MachineWriter.Shape(null, false, layout.fields(), start, table(block, null), false);
        } else {
            shape = new MachineWriter.Shape(
                    plan,
                    plan.isInstance,
                    plan.layout.fields(),
                    plan.start,
                    table(block, plan),
                    plan.unwinding.hasCleanup());
        }
        return new MachineWriter(model, block, shape).write(ClassFile.of());
    }

    /// The table that dumps and traces read: see `Sites` in the run-time classes.
    private String table(Block block, @Nullable BlockPlan plan) {
        String file = model.findAttribute(Attributes.sourceFile())
                .map(entry -> entry.sourceFile().stringValue())
                .orElse("");
        String method = plan == null
                ? block.handle().methodName()
                : Lambdas.sourceName(block.handle().methodName());
        String head = model.thisClass().asInternalName().replace('/', '.') + "\n" + method + "\n" + file + "\n";
        if (plan == null) {
            return head + 0;
        }
        return head
                + plan.body.firstLine()
                + plan.body.awaits.stream()
                        .map(await -> "\n" + plan.body.lineAt(await) + names(plan, await))
                        .collect(Collectors.joining());
    }

    private static String names(BlockPlan plan, int await) {
        BitSet kept = plan.keptLocals(await);
        return plan.body.variables.stream()
                .filter(row -> row.covers(await) && kept.get(row.slot()))
                .map(row -> " " + row.entry().name().stringValue())
                .collect(Collectors.joining());
    }
}
