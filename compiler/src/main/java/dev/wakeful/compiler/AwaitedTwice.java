// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiConsumer;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import org.jspecify.annotations.Nullable;

/// Finds awaits of a variable whose future was awaited before on every path that leads there. A fact is a variable that
/// holds an awaited future.
final class AwaitedTwice extends SourcePaths<Element> {
    private final BiConsumer<TreePath, Element> found;
    private final Set<Tree> reported = new HashSet<>();

    /// Variables that are given the shared form of a future, which may be awaited often.
    private final Set<Element> shared = new HashSet<>();

    /// @param found is told the calls and the variables
    AwaitedTwice(Trees trees, BiConsumer<TreePath, Element> found) {
        super(trees);
        this.found = found;
    }

    @Override
    public @Nullable Void visitMethodInvocation(MethodInvocationTree call, @Nullable Void nothing) {
        super.visitMethodInvocation(call, null);
        if (known != null
                && call.getArguments().size() == 1
                && inParentheses(call.getArguments().getFirst()) instanceof IdentifierTree name
                && SourceChecks.isNamedAwait(call.getMethodSelect())
                && SourceChecks.isAwait(element(call.getMethodSelect()))) {
            Element variable = element(name);
            if (variable != null
                    && variable.getKind() != ElementKind.FIELD
                    && !isShared(variable)
                    && !known.add(variable)
                    && reported.add(call)) {
                found.accept(getCurrentPath(), variable);
            }
        }
        return null;
    }

    private boolean isShared(@Nullable Element variable) {
        if (variable == null || shared.contains(variable)) {
            return variable != null;
        }
        return trees.getTree(variable) instanceof VariableTree declared
                && declared.getInitializer() != null
                && isShared(declared.getInitializer());
    }

    private boolean isShared(Tree future) {
        Tree value = inParentheses(future);
        if (value instanceof MethodInvocationTree call) {
            return SourceChecks.isNamed(call.getMethodSelect(), "shared");
        } else if (value instanceof ConditionalExpressionTree either) {
            return isShared(either.getTrueExpression()) && isShared(either.getFalseExpression());
        }
        return value instanceof IdentifierTree name && isShared(element(name));
    }

    private static Tree inParentheses(Tree tree) {
        return tree instanceof ParenthesizedTree more ? inParentheses(more.getExpression()) : tree;
    }

    @Override
    public @Nullable Void visitAssignment(AssignmentTree assignment, @Nullable Void nothing) {
        super.visitAssignment(assignment, null);
        Element variable = element(assignment.getVariable());
        forget(variable);
        if (variable != null && isShared(assignment.getExpression())) {
            shared.add(variable);
        }
        return null;
    }

    @Override
    public @Nullable Void visitVariable(VariableTree variable, @Nullable Void nothing) {
        super.visitVariable(variable, null);
        forget(trees.getElement(getCurrentPath()));
        return null;
    }

    private void forget(@Nullable Element variable) {
        if (known != null && variable != null) {
            known.remove(variable);
        }
    }

    @Override
    void forgetIn(TreePath code, Set<Element> facts) {
        new TreePathScanner<@Nullable Void, @Nullable Void>() {
            @Override
            public @Nullable Void visitAssignment(AssignmentTree assignment, @Nullable Void nothing) {
                facts.remove(trees.getElement(new TreePath(getCurrentPath(), assignment.getVariable())));
                return super.visitAssignment(assignment, null);
            }
        }.scan(code, null);
    }
}
