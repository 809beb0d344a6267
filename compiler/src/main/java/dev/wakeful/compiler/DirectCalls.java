// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds the awaits whose future is sure to be a block of the same class that was just made, and that nobody else can
/// have seen: `await(async(() -> ...))`, and `await(f(x))` where all that `f` does is to return such a block and no
/// subclass can override it. There the body is called as a method, and its machine made when it suspends.
final class DirectCalls {
    private final CallSites sites;
    private final String host;
    private final Map<String, Maker> makers = new HashMap<>();

    /// A method that only makes a future of a block.
    ///
    /// @param captured for each captured value the parameter that it is, `this` being the first
    /// @param lines the lines of the method, none of which runs when the body is called in its place
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Maker(Block block, boolean hasReceiver, int[] captured, List<Integer> lines) {}

    /// An await that calls a body.
    ///
    /// @param called whose body
    /// @param skipped how many instructions before the await are left out
    /// @param arguments how many arguments are on the stack
    /// @param captured for each captured value which of the arguments it is, or null when they are as they should be
    /// @param checksReceiver whether the first argument must be found not to be null
    /// @param lines the lines of the method in whose place the body is called
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Call(
            BlockPlan called,
            int skipped,
            int arguments,
            int @Nullable [] captured,
            boolean checksReceiver,
            List<Integer> lines) {}

    DirectCalls(ClassModel model, BlockFinder found) {
        this.sites = found.sites;
        this.host = model.thisClass().asInternalName();
        boolean isFinalClass = model.flags().has(AccessFlag.FINAL);
        for (var method : found.makers) {
            var flags = method.flags();
            boolean isExact = isFinalClass
                    || flags.has(AccessFlag.STATIC)
                    || flags.has(AccessFlag.PRIVATE)
                    || flags.has(AccessFlag.FINAL);
            if (isExact && !flags.has(AccessFlag.SYNCHRONIZED)) {
                var code = new ArrayList<Instruction>();
                var lines = new ArrayList<Integer>();
                for (CodeElement element : found.elementsOf(method)) {
                    if (element instanceof Instruction instruction) {
                        code.add(instruction);
                    } else if (element instanceof LineNumber at && !lines.contains(at.line())) {
                        lines.add(at.line());
                    }
                }
                Maker maker = maker(method, code, lines);
                if (maker != null) {
                    makers.put(
                            method.methodName().stringValue()
                                    + method.methodType().stringValue(),
                            maker);
                }
            }
        }
    }

    private @Nullable Maker maker(MethodModel method, List<Instruction> code, List<Integer> lines) {
        int loads = code.size() - 3;
        if (loads < 0
                || !(code.get(loads) instanceof InvokeDynamicInstruction site)
                || !(code.get(loads + 1) instanceof InvokeInstruction call)
                || !(code.get(loads + 2) instanceof ReturnInstruction)
                || !sites.startsAtOnce(site, call)) {
            return null;
        }
        boolean hasReceiver = !method.flags().has(AccessFlag.STATIC);
        var slots = new ArrayList<Integer>();
        int slot = 0;
        if (hasReceiver) {
            slots.add(slot++);
        }
        for (var type : method.methodTypeSymbol().parameterList()) {
            slots.add(slot);
            slot += VType.of(type).isWide() ? 2 : 1;
        }
        int[] captured = new int[loads];
        for (int i = 0; i < loads; i++) {
            if (!(code.get(i) instanceof LoadInstruction load)) {
                return null;
            }
            captured[i] = slots.indexOf(load.slot());
        }
        Block block = sites.at(site);
        return block == null || block.lambda() == null ? null : new Maker(block, hasReceiver, captured, lines);
    }

    /// Finds the direct calls of a body, and lets the bodies that are called know.
    void find(BlockPlan plan, Map<Block, BlockPlan> plans) {
        for (int k = 0; k < plan.body.awaits.size(); k++) {
            int i = plan.body.awaits.get(k);
            // a gated await may have to throw the signal of a cancel instead
            Call call = plan.unwinding.isGated(i) ? null : call(plan, i, plans);
            if (call != null && call.called.callDirectly(call.lines)) {
                plan.call(k, call);
            }
        }
    }

    private @Nullable Call call(BlockPlan plan, int await, Map<Block, BlockPlan> plans) {
        CodeBody body = plan.body;
        if (!isStraight(plan, await) || !(body.instructions[await - 1] instanceof InvokeInstruction before)) {
            return null;
        }
        if (await > 1 && isStraight(plan, await - 1) && sites.startsAtOnce(body.instructions[await - 2], before)) {
            BlockPlan called = plans.get(sites.at(body.instructions[await - 2]));
            return called == null ? null : new Call(called, 2, 0, null, false, List.of());
        }
        Maker maker = before.owner().name().equalsString(host)
                ? makers.get(before.name().stringValue() + before.type().stringValue())
                : null;
        BlockPlan called = maker == null ? null : plans.get(maker.block);
        if (maker == null || called == null) {
            return null;
        }
        int arguments = plan.body.signatures.of(before.type()).parameters() + (maker.hasReceiver ? 1 : 0);
        boolean checks = maker.hasReceiver && !isThis(plan, await - 1, arguments);
        boolean asTheyAre = !checks && Arrays.equals(maker.captured, identity(arguments));
        return new Call(called, 1, arguments, asTheyAre ? null : maker.captured, checks, maker.lines);
    }

    private static int[] identity(int count) {
        int[] all = new int[count];
        for (int i = 0; i < count; i++) {
            all[i] = i;
        }
        return all;
    }

    /// Whether an instruction is reached from the one before it alone, and in the same ranges.
    private static boolean isStraight(BlockPlan plan, int i) {
        return i > 0
                && plan.body.frames[i] == null
                && Arrays.equals(plan.flow.handlersAt[i - 1], plan.flow.handlersAt[i]);
    }

    /// Whether the receiver of a call is `this`, and so not null.
    private static boolean isThis(BlockPlan plan, int call, int arguments) {
        CodeBody body = plan.body;
        if (!plan.hasThis()) {
            return false;
        }
        int depth = plan.values.before(call).stack().size() - arguments;
        int at = call;
        while (at >= 0 && plan.values.before(at).stack().size() > depth) {
            if (body.frames[at] != null) {
                return false;
            }
            at--;
        }
        return at >= 0
                && body.instructions[at] instanceof LoadInstruction load
                && load.slot() == 0
                && load.opcode() != Opcode.ILOAD
                && !storesThis(body);
    }

    /// Whether a body has a value of its own in the local of `this`.
    static boolean storesThis(CodeBody body) {
        for (Instruction instruction : body.instructions) {
            if (instruction instanceof StoreInstruction store && store.slot() == 0) {
                return true;
            }
        }
        return false;
    }
}
