// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Instruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ConstantDescs;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
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

    void write(InvokeDynamicInstruction site, CodeBuilder out) {
        Block block = at(site);
        if (block == null) {
            out.with(site);
        } else {
            out.invokestatic(block.machine(), "make", block.makeType(), false);
        }
    }

    /// Whether a call is `async(block)` of a block made by the instruction before it: then the block, which was just
    /// made for this one start, is the future.
    boolean startsAtOnce(Instruction before, InvokeInstruction call) {
        return at(before) != null
                && call.name().equalsString("async")
                && call.owner().name().equalsString("dev/wakeful/Async");
    }

    /// Says to the block on the stack, made by `site`, that it is a future now.
    void made(Instruction site, CodeBuilder out) {
        Block block = Objects.requireNonNull(at(site));
        out.dup().invokevirtual(block.machine(), Names.MADE, ConstantDescs.MTD_void);
    }
}
