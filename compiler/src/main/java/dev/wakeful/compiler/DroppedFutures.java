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
import java.util.function.BiConsumer;
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
final class DroppedFutures extends TreePathScanner<@Nullable Void, @Nullable Void> {
    private static final String FUTURE = "dev.wakeful.Future";

    private final Trees trees;
    private final TypeFacts facts;
    private final BiConsumer<TreePath, String> found;

    /// @param found is told the places, and what a message calls the future
    DroppedFutures(Trees trees, TypeFacts facts, BiConsumer<TreePath, String> found) {
        this.trees = trees;
        this.facts = facts;
        this.found = found;
    }

    @Override
    public @Nullable Void visitExpressionStatement(ExpressionStatementTree statement, @Nullable Void nothing) {
        checkValue(statement.getExpression());
        return super.visitExpressionStatement(statement, null);
    }

    @Override
    public @Nullable Void visitLambdaExpression(LambdaExpressionTree lambda, @Nullable Void nothing) {
        if (lambda.getBody() instanceof ExpressionTree value && facts.givesNothing(type(getCurrentPath()))) {
            checkValue(value);
        }
        return super.visitLambdaExpression(lambda, null);
    }

    private void checkValue(ExpressionTree value) {
        var at = new TreePath(getCurrentPath(), value);
        if (makesFuture(at)) {
            found.accept(at, "of " + simpleText(value));
        } else if (makesTaskOfFuture(at)) {
            found.accept(at, "that the task of " + simpleText(value) + " gives");
        }
    }

    @Override
    public @Nullable Void visitMemberReference(MemberReferenceTree reference, @Nullable Void nothing) {
        if (trees.getElement(getCurrentPath()) instanceof ExecutableElement method
                && isFuture(method.getReturnType())
                && facts.givesNothing(type(getCurrentPath()))) {
            found.accept(getCurrentPath(), "of " + reference.getName() + "(...)");
        }
        return super.visitMemberReference(reference, null);
    }

    @Override
    public @Nullable Void visitVariable(VariableTree variable, @Nullable Void nothing) {
        Element element = trees.getElement(getCurrentPath());
        if (element != null
                && element.getKind() == ElementKind.LOCAL_VARIABLE
                && !variable.getName().isEmpty()
                && isFuture(element.asType())) {
            var uses = new Uses(element);
            uses.isMade = variable.getInitializer() != null
                    && makesFuture(new TreePath(getCurrentPath(), variable.getInitializer()));
            uses.scan(getCurrentPath().getParentPath(), null);
            if (uses.isMade && !uses.isRead) {
                found.accept(getCurrentPath(), variable.getName().toString());
            }
        }
        return super.visitVariable(variable, null);
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

    private boolean makesFuture(TreePath value) {
        return switch (value.getLeaf()) {
            case ParenthesizedTree tree -> makesFuture(new TreePath(value, tree.getExpression()));
            case ConditionalExpressionTree tree ->
                makesFuture(new TreePath(value, tree.getTrueExpression()))
                        || makesFuture(new TreePath(value, tree.getFalseExpression()));
            case NewClassTree _ -> isFuture(type(value));
            case MethodInvocationTree call -> isFuture(type(value)) && makesFuture(call, value);
            default -> false;
        };
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
