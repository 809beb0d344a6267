// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler.corpus;

import java.util.ArrayList;
import java.util.List;

/// The lines that programs with marked lines have come by: where breakpoints on every line would have stopped.
public final class LineTrace {
    private static final ThreadLocal<List<Integer>> LINES = ThreadLocal.withInitial(ArrayList::new);

    private LineTrace() {}

    /// Called by the program at the start of each row of its line tables.
    public static void at(int line) {
        LINES.get().add(line);
    }

    /// The lines since the last call, of the calling thread.
    public static List<Integer> take() {
        List<Integer> lines = LINES.get();
        LINES.remove();
        return lines;
    }
}
