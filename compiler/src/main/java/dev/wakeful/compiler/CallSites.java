// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import dev.wakeful.compiler.assembler.Assembler;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Instruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ConstantDescs;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The places of a class where a block is made, by constant-pool entry: what replaces the lambda there.
final class CallSites {
    private final Map<Integer, Block> blocks = new HashMap<>();

    void add(InvokeDynamicInstruction site, Block block) {
        blocks.put(site.invokedynamic().index(), block);
    }

    @Nullable
    Block at(Instruction instruction) {
        return instruction instanceof InvokeDynamicInstruction site
                ? blocks.get(site.invokedynamic().index())
                : null;
    }

    /// Makes a block; the captured values are on the stack.
    static void make(Block block, Assembler out) {
        out.callStatic(block.machine(), "make", block.makeType());
    }

    static void make(Block block, CodeBuilder out) {
        out.invokestatic(block.machine(), "make", block.makeType(), false);
    }

    /// Whether a call is `async(block)` of a block made by the instruction before it: then the block, which was just
    /// made for this one start, is the future.
    boolean startsAtOnce(Instruction before, InvokeInstruction call) {
        return at(before) != null && starts(call);
    }

    static boolean starts(InvokeInstruction call) {
        return call.name().equalsString("async") && call.owner().name().equalsString("dev/wakeful/Async");
    }

    /// Says to the block on the stack, which was just made, that it is a future now.
    static void made(Block block, Assembler out) {
        out.dup().callVirtual(block.machine(), Names.MADE, ConstantDescs.MTD_void);
    }

    static void made(Block block, CodeBuilder out) {
        out.dup().invokevirtual(block.machine(), Names.MADE, ConstantDescs.MTD_void);
    }
}
