// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler.corpus;

import dev.wakeful.BlockThreads;
import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Waker;

/// As [RunOne], for classes that were not compiled: their blocks have virtual threads of their own.
public final class RunBlocks {
    private RunBlocks() {}

    public static void main(String[] arguments) throws Exception {
        int pendings = Integer.parseInt(arguments[1]);
        Future<?> program = RunAll.program(RunBlocks.class.getClassLoader(), arguments[0], new Probe(n -> pendings));
        BlockThreads threads = body -> {
            var _ = Thread.ofVirtual().start(body);
        };
        Context cx = Context.of(Waker.noop()).with(BlockThreads.KEY, threads);
        Object value = program.pollRaw(cx);
        while (value == Future.PENDING) {
            value = program.pollRaw(cx);
        }
        System.out.println(value);
    }
}
