// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassModel;
import java.util.BitSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The awaits of a block with their lines and the variables that live there, as text.
final class SitesTable {
    private SitesTable() {}

    /// The table that dumps and traces read: see `Sites` in the run-time classes.
    static String of(ClassModel host, Block block, @Nullable BlockPlan plan) {
        String file = host.findAttribute(Attributes.sourceFile())
                .map(entry -> entry.sourceFile().stringValue())
                .orElse("");
        String method = plan == null
                ? block.handle().methodName()
                : Lambdas.sourceName(block.handle().methodName());
        String head = host.thisClass().asInternalName().replace('/', '.') + "\n" + method + "\n" + file + "\n";
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
                .map(row -> " " + row.name().stringValue())
                .collect(Collectors.joining());
    }
}
