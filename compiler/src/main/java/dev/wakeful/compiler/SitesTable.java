// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassModel;
import java.lang.classfile.attribute.SourceFileAttribute;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// The awaits of a block with their lines and the variables that live there, as text.
final class SitesTable {
    private SitesTable() {}

    /// The table that dumps and traces read: see `Sites` in the run-time classes.
    static String of(ClassModel host, Block block, @Nullable BlockPlan plan) {
        SourceFileAttribute source = host.findAttribute(Attributes.sourceFile()).orElse(null);
        String file = source == null ? "" : source.sourceFile().stringValue();
        String method = plan == null
                ? block.handle().methodName()
                : Lambdas.sourceName(block.handle().methodName());
        String head = host.thisClass().asInternalName().replace('/', '.') + "\n" + method + "\n" + file + "\n";
        if (plan == null) {
            return head + 0;
        }
        var text = new StringBuilder(head).append(plan.body.firstLine());
        for (int await : plan.body.awaits) {
            text.append('\n').append(plan.body.lineAt(await));
            names(plan, await, text);
        }
        return text.toString();
    }

    private static void names(BlockPlan plan, int await, StringBuilder text) {
        BitSet kept = plan.keptLocals(await);
        for (CodeBody.Variable row : plan.body.variables) {
            if (row.covers(await) && kept.get(row.slot())) {
                text.append(' ').append(row.name().stringValue());
            }
        }
    }
}
