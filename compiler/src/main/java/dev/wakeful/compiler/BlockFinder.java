// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.LoadableConstantEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.MethodHandleEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LineNumber;
import java.lang.constant.ClassDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds the blocks of a class, by their call sites, and refuses awaits that are in none.
final class BlockFinder {
    private final ClassModel model;
    private final boolean atLoad;
    private final Refusals refusals;

    /// What replaces the lambdas.
    final CallSites sites = new CallSites();

    /// The blocks, in the order of the class file.
    final List<Block> blocks = new ArrayList<>();

    /// The methods in which blocks are made.
    final Set<MethodModel> makers = new HashSet<>();

    /// The methods that may be bodies, by name and type.
    private final Map<String, MethodModel> lambdaMethods = new HashMap<>();
    private final List<InvokeDynamicInstruction> found = new ArrayList<>();

    /// The call sites that name a method of this class, by constant-pool entry: javac copies a `finally`, and with it
    /// the sites.
    private final Map<String, Set<Integer>> uses = new HashMap<>();

    /// Where the body of each lambda is made into one, ours and others.
    private final Map<String, AwaitRefusals.Lambda> lambdas = new HashMap<>();

    /// The lines of the awaits of each method, in the order of the class file.
    private final Map<MethodModel, List<Integer>> awaits = new LinkedHashMap<>();

    private final Map<String, List<Block>> consumed = new LinkedHashMap<>();

    /// The code of the methods that were looked into, which is parsed once.
    private final Map<MethodModel, List<CodeElement>> parsed = new HashMap<>();

    BlockFinder(ClassModel model, Mentions mentions, boolean atLoad, Refusals refusals) {
        this.model = model;
        this.atLoad = atLoad;
        this.refusals = refusals;
        findSites(mentions);
        refuseAwaitsOutside();
    }

    /// The blocks whose body a method is, or null for any other method.
    @Nullable
    List<Block> bodiesOf(MethodModel method) {
        return Lambdas.isBody(method) ? consumed.get(key(method)) : null;
    }

    /// The code of a method.
    List<CodeElement> elementsOf(MethodModel method) {
        List<CodeElement> known = parsed.get(method);
        if (known == null) {
            known = method.code().orElseThrow().elementList();
            parsed.put(method, known);
        }
        return known;
    }

    static String key(MethodModel method) {
        return method.methodName().stringValue() + method.methodType().stringValue();
    }

    private void findSites(Mentions mentions) {
        for (MethodModel method : model.methods()) {
            if (Lambdas.isBody(method)) {
                lambdaMethods.put(key(method), method);
            }
            CodeModel code = method.code().orElse(null);
            if (code != null && mentions.mayBeIn(code) && !method.methodName().equalsString("$deserializeLambda$")) {
                findIn(method);
            }
        }
        var entries = new HashSet<Integer>();
        for (InvokeDynamicInstruction site : found) {
            entries.add(site.invokedynamic().index());
        }
        for (InvokeDynamicInstruction site : found) {
            if (sites.at(site) == null) { // javac copies a `finally`, and with it the site
                Block block = block(site, entries);
                sites.add(site, block);
                blocks.add(block);
            }
        }
    }

    private void findIn(MethodModel method) {
        int line = 0;
        for (CodeElement element : elementsOf(method)) {
            if (element instanceof LineNumber at) {
                line = at.line();
            } else if (element instanceof InvokeDynamicInstruction call) {
                countUses(method, call, line);
                if (Names.givesBlock(call.type().stringValue())) {
                    findSite(method, call, line);
                }
            } else if (element instanceof InvokeInstruction call) {
                if (Names.isAwait(call)) {
                    listOf(awaits, method).add(line);
                }
            } else if (element instanceof ConstantInstruction.LoadConstantInstruction constant
                    && constant.constantEntry() instanceof MethodHandleEntry handle
                    && Names.isAwait(handle.reference())) {
                refusals.refuse(Texts.REFERENCE, line);
            }
        }
    }

    private void findSite(MethodModel method, InvokeDynamicInstruction call, int line) {
        makers.add(method);
        Utf8Entry factory =
                call.invokedynamic().bootstrap().bootstrapMethod().reference().name();
        if (factory.equalsString("metafactory")) {
            found.add(call);
        } else if (factory.equalsString("altMetafactory")) {
            refusals.refuse(Texts.SERIALIZABLE, line);
        }
    }

    private void countUses(MethodModel maker, InvokeDynamicInstruction call, int line) {
        // the entries, since a string concatenation has nothing to look for and its descriptors cost time
        for (LoadableConstantEntry argument : call.invokedynamic().bootstrap().arguments()) {
            if (argument instanceof MethodHandleEntry entry) {
                MemberRefEntry method = entry.reference();
                if (Names.isAwait(method)) {
                    refusals.refuse(Texts.REFERENCE, line);
                } else if (method.owner().equals(model.thisClass())) {
                    String key = method.name().stringValue() + method.type().stringValue();
                    Set<Integer> entries = uses.get(key);
                    if (entries == null) {
                        entries = new HashSet<>();
                        uses.put(key, entries);
                    }
                    entries.add(call.invokedynamic().index());
                    lambdas.put(key, new AwaitRefusals.Lambda(call, maker));
                }
            }
        }
    }

    private boolean isOwn(DirectMethodHandleDesc handle) {
        return handle.owner().equals(model.thisClass().asSymbol());
    }

    private Block block(InvokeDynamicInstruction site, Set<Integer> entries) {
        List<LoadableConstantEntry> arguments = site.invokedynamic().bootstrap().arguments();
        var handle = (DirectMethodHandleDesc) arguments.get(1).constantValue();
        var instantiated = (MethodTypeDesc) arguments.get(2).constantValue();
        String key = handle.methodName() + handle.lookupDescriptor();
        MethodModel lambda = isOwn(handle) ? lambdaMethods.get(key) : null;
        boolean isBody = lambda != null && entries.containsAll(uses.getOrDefault(key, Set.of()));
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
                site.typeSymbol().changeReturnType(machine),
                instantiated.parameterCount() == 0 ? null : instantiated.parameterType(0),
                handle,
                isBody ? lambda : null,
                atLoad ? Names.MACHINE : machine,
                bodyName);
        if (isBody) {
            listOf(consumed, key).add(block);
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

    private static <K, V> List<V> listOf(Map<K, List<V>> lists, K key) {
        List<V> list = lists.get(key);
        if (list == null) {
            list = new ArrayList<>();
            lists.put(key, list);
        }
        return list;
    }

    private void refuseAwaitsOutside() {
        for (Map.Entry<MethodModel, List<Integer>> one : awaits.entrySet()) {
            MethodModel method = one.getKey();
            if (!consumed.containsKey(key(method)) && !isOrphan(method)) {
                var refusing = new AwaitRefusals(model, refusals, lambdas, consumed.keySet());
                for (int line : one.getValue()) {
                    refusing.refuse(method, line);
                }
            }
        }
    }

    /// Whether this is the body of a lambda that javac found to be unreachable after it had made the body.
    private boolean isOrphan(MethodModel method) {
        return Lambdas.isBody(method)
                && method.methodName().stringValue().contains("lambda$")
                && !uses.containsKey(key(method));
    }
}
