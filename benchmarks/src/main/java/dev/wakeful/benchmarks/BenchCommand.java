// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks;

import dev.wakeful.cli.Command;
import dev.wakeful.cli.UsageException;
import java.util.List;

/// `wakeful bench`.
public final class BenchCommand implements Command {
    /// Found by the launcher.
    public BenchCommand() {}

    @Override
    public String name() {
        return "bench";
    }

    @Override
    public String operands() {
        return "[OPTIONS] [NAME...]";
    }

    @Override
    public String summary() {
        return "measures Wakeful beside its peers";
    }

    @Override
    public int run(List<String> arguments) throws Exception {
        try {
            new Bench(System.out).run(arguments);
            return 0;
        } catch (IllegalArgumentException e) {
            throw new UsageException(2, String.valueOf(e.getMessage()), e);
        }
    }
}
