// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.BiConsumer;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import org.jspecify.annotations.Nullable;

/// The locks that are held where a block awaits, in the order of the source.
final class HeldLocks extends TreePathScanner<@Nullable Void, @Nullable Void> {
    private final Trees trees;
    private final TypeFacts facts;
    private final BiConsumer<Tree, String> found;
    private final Set<String> held = new LinkedHashSet<>();
    private boolean inside;

    /// @param found is told the calls of `await`, and the locks
    HeldLocks(Trees trees, TypeFacts facts, BiConsumer<Tree, String> found) {
        this.trees = trees;
        this.facts = facts;
        this.found = found;
    }

    @Override
    public @Nullable Void visitLambdaExpression(LambdaExpressionTree lambda, @Nullable Void nothing) {
        if (inside) {
            return null;
        }
        inside = true;
        return super.visitLambdaExpression(lambda, null);
    }

    @Override
    public @Nullable Void visitClass(ClassTree type, @Nullable Void nothing) {
        return null;
    }

    @Override
    public @Nullable Void visitMethodInvocation(MethodInvocationTree call, @Nullable Void nothing) {
        super.visitMethodInvocation(call, null);
        if (SourceChecks.isNamedAwait(call.getMethodSelect()) && SourceChecks.isAwait(method(call))) {
            if (!held.isEmpty()) {
                found.accept(call, String.join(", ", held));
            }
        } else if (call.getMethodSelect() instanceof MemberSelectTree select) {
            switch (select.getIdentifier().toString()) {
                case "lock", "lockInterruptibly", "tryLock" -> {
                    if (isOfLock(call)) {
                        held.add(select.getExpression().toString());
                    }
                }
                case "unlock" -> held.remove(select.getExpression().toString());
                default -> {}
            }
        }
        return null;
    }

    private @Nullable Element method(MethodInvocationTree call) {
        return trees.getElement(new TreePath(getCurrentPath(), call.getMethodSelect()));
    }

    private boolean isOfLock(MethodInvocationTree call) {
        Element method = method(call);
        return method != null
                && method.getEnclosingElement() instanceof TypeElement owner
                && facts.isA(owner.asType(), "java.util.concurrent.locks.Lock");
    }
}
