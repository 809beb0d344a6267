// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.util.TreeScanner;
import org.jspecify.annotations.Nullable;

/// A glance at a block, by names alone, that says which of its control flow has to be followed. For most blocks that is
/// none, and following costs much more than this.
final class BlockGlance extends TreeScanner<@Nullable Void, @Nullable Void> {
    private boolean locks;
    private boolean awaitsVariables;

    /// Whether something named as a lock is called.
    boolean locks() {
        return locks;
    }

    /// Whether what is awaited is a variable somewhere, and not always a call.
    boolean awaitsVariables() {
        return awaitsVariables;
    }

    @Override
    public @Nullable Void visitMethodInvocation(MethodInvocationTree call, @Nullable Void nothing) {
        ExpressionTree method = call.getMethodSelect();
        if (SourceChecks.isNamedAwait(method)) {
            for (ExpressionTree future : call.getArguments()) {
                awaitsVariables |= future instanceof IdentifierTree || future instanceof ParenthesizedTree;
            }
        } else if (method instanceof MemberSelectTree select) {
            String name = select.getIdentifier().toString();
            locks |= name.contains("lock") || name.contains("Lock");
        }
        return super.visitMethodInvocation(call, null);
    }
}
