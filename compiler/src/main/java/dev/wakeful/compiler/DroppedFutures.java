// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionStatementTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import org.jspecify.annotations.Nullable;

/// Finds futures that are made and that nobody can poll: the value of a statement, of a lambda or a method reference
/// whose value nobody takes, of a variable that is never read.
///
/// A call makes a future when its method says that it returns one. Where the type is that of the receiver or of an
/// argument, as in `map.put(key, future)`, the future was there before.
final class DroppedFutures {
    private static final String FUTURE = "dev.wakeful.Future";

    private final Trees trees;
    private final TypeFacts facts;
    private final SourceWarnings warnings;

    /// @param warnings is told the places, and what a message calls the future
    DroppedFutures(Trees trees, TypeFacts facts, SourceWarnings warnings) {
        this.trees = trees;
        this.facts = facts;
        this.warnings = warnings;
    }

    /// Looks at a lambda whose body is an expression.
    void checkLambda(LambdaExpressionTree lambda, TreePath path) {
        if (lambda.getBody() instanceof ExpressionTree value && facts.givesNothing(type(path))) {
            checkValue(value, path);
        }
    }

    /// Looks at a value that nobody takes.
    void checkValue(ExpressionTree value, TreePath above) {
        if (!canMake(value)) {
            return;
        }
        var at = new TreePath(above, value);
        if (makesFuture(at)) {
            warnings.dropped(at, "of " + simpleText(value));
        } else if (makesTaskOfFuture(at)) {
            warnings.dropped(at, "that the task of " + simpleText(value) + " gives");
        }
    }

    void checkReference(MemberReferenceTree reference, TreePath path) {
        if (trees.getElement(path) instanceof ExecutableElement method
                && isFuture(method.getReturnType())
                && facts.givesNothing(type(path))) {
            warnings.dropped(path, "of " + reference.getName() + "(...)");
        }
    }

    void checkVariable(VariableTree variable, TreePath path) {
        Element element = trees.getElement(path);
        if (element != null
                && element.getKind() == ElementKind.LOCAL_VARIABLE
                && !variable.getName().isEmpty()
                && isFuture(element.asType())) {
            var uses = new Uses(element);
            uses.isMade =
                    variable.getInitializer() != null && makesFuture(new TreePath(path, variable.getInitializer()));
            uses.scan(path.getParentPath(), null);
            if (uses.isMade && !uses.isRead) {
                warnings.dropped(path, variable.getName().toString());
            }
        }
    }

    /// What becomes of a variable. A statement that gives it a value does not read it.
    private final class Uses extends TreePathScanner<@Nullable Void, @Nullable Void> {
        private final Element variable;
        private boolean isMade;
        private boolean isRead;

        Uses(Element variable) {
            this.variable = variable;
        }

        private boolean isVariable(TreePath name) {
            return name.getLeaf() instanceof IdentifierTree identifier
                    && identifier.getName().equals(variable.getSimpleName())
                    && variable.equals(trees.getElement(name));
        }

        @Override
        public @Nullable Void visitIdentifier(IdentifierTree name, @Nullable Void nothing) {
            isRead |= isVariable(getCurrentPath());
            return null;
        }

        @Override
        public @Nullable Void visitAssignment(AssignmentTree assignment, @Nullable Void nothing) {
            if (!(getCurrentPath().getParentPath().getLeaf() instanceof ExpressionStatementTree)
                    || !isVariable(new TreePath(getCurrentPath(), assignment.getVariable()))) {
                return super.visitAssignment(assignment, null);
            }
            isMade |= makesFuture(new TreePath(getCurrentPath(), assignment.getExpression()));
            return scan(assignment.getExpression(), null);
        }
    }

    // ------------------------------------------------------------------------------------------------- futures

    /// A quick look at what an expression is, before its type is asked.
    private static boolean canMake(ExpressionTree value) {
        return value instanceof MethodInvocationTree
                || value instanceof NewClassTree
                || value instanceof ConditionalExpressionTree
                || value instanceof ParenthesizedTree;
    }

    private boolean makesFuture(TreePath value) {
        Tree leaf = value.getLeaf();
        if (leaf instanceof MethodInvocationTree call) {
            return isFuture(type(value)) && makesFuture(call, value);
        } else if (leaf instanceof NewClassTree) {
            return isFuture(type(value));
        } else if (leaf instanceof ParenthesizedTree tree) {
            return makesFuture(new TreePath(value, tree.getExpression()));
        }
        return leaf instanceof ConditionalExpressionTree tree
                && (makesFuture(new TreePath(value, tree.getTrueExpression()))
                        || makesFuture(new TreePath(value, tree.getFalseExpression())));
    }

    private boolean makesFuture(MethodInvocationTree call, TreePath at) {
        if (!(trees.getElement(at) instanceof ExecutableElement method)) {
            return false;
        }
        if (SourceChecks.isAwait(method)) {
            return true;
        }
        if (!isFuture(method.getReturnType())) {
            return false;
        }
        if (!configures(method)) {
            return true;
        }
        return call.getMethodSelect() instanceof MemberSelectTree select
                && makesFuture(new TreePath(at, select.getExpression()));
    }

    /// Whether a future returns itself from the method, as `select.on(...)` does.
    private boolean configures(ExecutableElement method) {
        Element owner = method.getEnclosingElement();
        return owner != null
                && !method.getModifiers().contains(Modifier.STATIC)
                && method.getReturnType() instanceof DeclaredType returned
                && returned.asElement().equals(owner)
                && !facts.is(owner.asType(), FUTURE);
    }

    private boolean isFuture(@Nullable TypeMirror type) {
        return type instanceof DeclaredType && facts.isA(type, FUTURE) && !facts.isA(type, "dev.wakeful.JoinHandle");
    }

    /// The task runs, but what it gives is a future that has not begun.
    private boolean makesTaskOfFuture(TreePath value) {
        return value.getLeaf() instanceof MethodInvocationTree
                && type(value) instanceof DeclaredType handle
                && facts.is(handle, "dev.wakeful.JoinHandle")
                && handle.getTypeArguments().size() == 1
                && isFuture(handle.getTypeArguments().getFirst());
    }

    private @Nullable TypeMirror type(TreePath at) {
        return trees.getTypeMirror(at);
    }

    private static String simpleText(Tree expression) {
        return switch (expression) {
            case MethodInvocationTree call -> {
                String select = call.getMethodSelect().toString();
                yield select.substring(select.lastIndexOf('.') + 1) + "("
                        + (call.getArguments().isEmpty() ? ")" : "...)");
            }
            case NewClassTree made -> "new " + made.getIdentifier() + "(...)";
            default -> expression.toString();
        };
    }
}
