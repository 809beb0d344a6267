// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.BreakTree;
import com.sun.source.tree.CaseTree;
import com.sun.source.tree.CatchTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ContinueTree;
import com.sun.source.tree.DefaultCaseLabelTree;
import com.sun.source.tree.DoWhileLoopTree;
import com.sun.source.tree.EnhancedForLoopTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.ForLoopTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.IfTree;
import com.sun.source.tree.LabeledStatementTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.SwitchTree;
import com.sun.source.tree.ThrowTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TryTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.tree.WhileLoopTree;
import com.sun.source.tree.YieldTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import org.jspecify.annotations.Nullable;

/// Follows the control flow of one block and finds awaits of a variable whose future was awaited before on every path
/// that leads there. A loop is gone through twice, so its second round meets what the first one has awaited.
///
/// The state is the set of variables that hold an awaited future, null where no path leads.
final class AwaitedTwice extends TreePathScanner<@Nullable Void, @Nullable Void> {
    private final Trees trees;
    private final BiConsumer<Tree, Element> found;
    private final Set<Tree> reported = new HashSet<>();

    /// What the paths have in common that leave a statement by `break`, or a switch expression by `yield`.
    private final Map<Tree, Set<Element>> left = new HashMap<>();

    /// The same for those that go on with the next round of a loop.
    private final Map<Tree, Set<Element>> continued = new HashMap<>();

    private @Nullable Set<Element> awaited = new HashSet<>();
    private boolean inside;

    /// @param found is told the calls and the variables
    AwaitedTwice(Trees trees, BiConsumer<Tree, Element> found) {
        this.trees = trees;
        this.found = found;
    }

    // ------------------------------------------------------------------------------------------------- variables

    @Override
    public @Nullable Void visitLambdaExpression(LambdaExpressionTree lambda, @Nullable Void nothing) {
        if (!inside) {
            inside = true;
            scan(lambda.getBody(), null);
        }
        return null;
    }

    @Override
    public @Nullable Void visitClass(ClassTree type, @Nullable Void nothing) {
        return null;
    }

    @Override
    public @Nullable Void visitMethodInvocation(MethodInvocationTree call, @Nullable Void nothing) {
        super.visitMethodInvocation(call, null);
        if (awaited != null
                && call.getArguments().size() == 1
                && call.getArguments().getFirst() instanceof IdentifierTree name
                && SourceChecks.isNamedAwait(call.getMethodSelect())
                && SourceChecks.isAwait(element(call.getMethodSelect()))) {
            Element variable = element(name);
            if (variable != null
                    && variable.getKind() != ElementKind.FIELD
                    && !isShared(variable)
                    && !awaited.add(variable)
                    && reported.add(call)) {
                found.accept(call, variable);
            }
        }
        return null;
    }

    /// The shared form of a future may be awaited often.
    private boolean isShared(Element variable) {
        return trees.getTree(variable) instanceof VariableTree declared
                && declared.getInitializer() instanceof MethodInvocationTree call
                && SourceChecks.isNamed(call.getMethodSelect(), "shared");
    }

    @Override
    public @Nullable Void visitAssignment(AssignmentTree assignment, @Nullable Void nothing) {
        super.visitAssignment(assignment, null);
        forget(element(assignment.getVariable()));
        return null;
    }

    @Override
    public @Nullable Void visitVariable(VariableTree variable, @Nullable Void nothing) {
        super.visitVariable(variable, null);
        forget(trees.getElement(getCurrentPath()));
        return null;
    }

    private void forget(@Nullable Element variable) {
        if (awaited != null && variable != null) {
            awaited.remove(variable);
        }
    }

    private @Nullable Element element(Tree below) {
        return trees.getElement(new TreePath(getCurrentPath(), below));
    }

    // ------------------------------------------------------------------------------------------------- paths

    private static @Nullable Set<Element> copy(@Nullable Set<Element> set) {
        return set == null ? null : new HashSet<>(set);
    }

    private static @Nullable Set<Element> common(@Nullable Set<Element> one, @Nullable Set<Element> other) {
        if (one == null || other == null) {
            return copy(one == null ? other : one);
        }
        var both = new HashSet<>(one);
        both.retainAll(other);
        return both;
    }

    /// Goes into a tree with a state, and gives the state behind it.
    private @Nullable Set<Element> through(@Nullable Tree tree, @Nullable Set<Element> from) {
        awaited = copy(from);
        scan(tree, null);
        return awaited;
    }

    private @Nullable Set<Element> through(List<? extends Tree> trees, @Nullable Set<Element> from) {
        awaited = copy(from);
        scan(trees, null);
        return awaited;
    }

    private void leave(Map<Tree, Set<Element>> paths, @Nullable Tree target) {
        if (awaited != null && target != null) {
            paths.merge(target, awaited, (one, other) -> Objects.requireNonNull(common(one, other)));
        }
        awaited = null;
    }

    @Override
    public @Nullable Void visitReturn(ReturnTree tree, @Nullable Void nothing) {
        super.visitReturn(tree, null);
        awaited = null;
        return null;
    }

    @Override
    public @Nullable Void visitThrow(ThrowTree tree, @Nullable Void nothing) {
        super.visitThrow(tree, null);
        awaited = null;
        return null;
    }

    @Override
    public @Nullable Void visitBreak(BreakTree tree, @Nullable Void nothing) {
        leave(left, Jumps.left(getCurrentPath(), tree.getLabel()));
        return null;
    }

    @Override
    public @Nullable Void visitContinue(ContinueTree tree, @Nullable Void nothing) {
        leave(continued, Jumps.continued(getCurrentPath(), tree.getLabel()));
        return null;
    }

    @Override
    public @Nullable Void visitYield(YieldTree tree, @Nullable Void nothing) {
        super.visitYield(tree, null);
        leave(left, Jumps.yieldedTo(getCurrentPath()));
        return null;
    }

    @Override
    public @Nullable Void visitLabeledStatement(LabeledStatementTree tree, @Nullable Void nothing) {
        super.visitLabeledStatement(tree, null);
        awaited = common(awaited, left.remove(tree));
        return null;
    }

    // ------------------------------------------------------------------------------------------------- branches

    @Override
    public @Nullable Void visitIf(IfTree tree, @Nullable Void nothing) {
        scan(tree.getCondition(), null);
        branches(tree.getThenStatement(), tree.getElseStatement());
        return null;
    }

    @Override
    public @Nullable Void visitConditionalExpression(ConditionalExpressionTree tree, @Nullable Void nothing) {
        scan(tree.getCondition(), null);
        branches(tree.getTrueExpression(), tree.getFalseExpression());
        return null;
    }

    @Override
    public @Nullable Void visitBinary(BinaryTree tree, @Nullable Void nothing) {
        if (tree.getKind() != Tree.Kind.CONDITIONAL_AND && tree.getKind() != Tree.Kind.CONDITIONAL_OR) {
            return super.visitBinary(tree, null);
        }
        scan(tree.getLeftOperand(), null);
        branches(tree.getRightOperand(), null);
        return null;
    }

    private void branches(Tree one, @Nullable Tree other) {
        Set<Element> before = awaited;
        Set<Element> first = through(one, before);
        awaited = common(first, through(other, before));
    }

    @Override
    public @Nullable Void visitSwitch(SwitchTree tree, @Nullable Void nothing) {
        scan(tree.getExpression(), null);
        boolean isTotal = tree.getCases().stream().anyMatch(AwaitedTwice::isDefault);
        cases(tree, tree.getCases(), isTotal);
        return null;
    }

    @Override
    public @Nullable Void visitSwitchExpression(SwitchExpressionTree tree, @Nullable Void nothing) {
        scan(tree.getExpression(), null);
        cases(tree, tree.getCases(), true);
        return null;
    }

    private static boolean isDefault(CaseTree one) {
        return one.getLabels().stream().anyMatch(DefaultCaseLabelTree.class::isInstance);
    }

    private void cases(Tree whole, List<? extends CaseTree> cases, boolean isTotal) {
        Set<Element> before = copy(awaited);
        Set<Element> after = isTotal ? null : before;
        Set<Element> fallen = null;
        for (CaseTree one : cases) {
            awaited = common(before, fallen);
            scan(one.getGuard(), null);
            if (one.getBody() != null) {
                Tree body = one.getBody();
                after = common(after, through(body, awaited));
            } else {
                fallen = through(one.getStatements() == null ? List.of() : one.getStatements(), awaited);
            }
        }
        awaited = common(common(after, fallen), left.remove(whole));
    }

    // ------------------------------------------------------------------------------------------------- loops

    @Override
    public @Nullable Void visitWhileLoop(WhileLoopTree tree, @Nullable Void nothing) {
        loop(tree, tree.getCondition(), isTrue(tree.getCondition()), List.of(tree.getStatement()), List.of());
        return null;
    }

    @Override
    public @Nullable Void visitForLoop(ForLoopTree tree, @Nullable Void nothing) {
        scan(tree.getInitializer(), null);
        boolean isEndless = tree.getCondition() == null || isTrue(tree.getCondition());
        loop(tree, tree.getCondition(), isEndless, List.of(tree.getStatement()), tree.getUpdate());
        return null;
    }

    @Override
    public @Nullable Void visitEnhancedForLoop(EnhancedForLoopTree tree, @Nullable Void nothing) {
        scan(tree.getExpression(), null);
        loop(tree, null, false, List.of(tree.getVariable(), tree.getStatement()), List.of());
        return null;
    }

    @Override
    public @Nullable Void visitDoWhileLoop(DoWhileLoopTree tree, @Nullable Void nothing) {
        Set<Element> first = round(tree, List.of(tree.getStatement()), List.of(tree.getCondition()), awaited);
        Set<Element> second =
                first == null ? null : round(tree, List.of(tree.getStatement()), List.of(tree.getCondition()), first);
        awaited = common(common(first, second), left.remove(tree));
        return null;
    }

    /// Two rounds, where the first has awaited something; the loop ends where its condition is false, or by `break`.
    private void loop(
            Tree whole,
            @Nullable Tree condition,
            boolean isEndless,
            List<? extends Tree> body,
            List<? extends Tree> update) {
        Set<Element> none = through(condition, awaited);
        Set<Element> once = through(condition, round(whole, body, update, none));
        if (once != null && (none == null || !none.containsAll(once))) {
            round(whole, body, update, once);
        }
        awaited = common(isEndless ? null : common(none, once), left.remove(whole));
    }

    private @Nullable Set<Element> round(
            Tree whole, List<? extends Tree> body, List<? extends Tree> then, @Nullable Set<Element> from) {
        Set<Element> end = through(body, from);
        return through(then, common(end, continued.remove(whole)));
    }

    private static boolean isTrue(ExpressionTree condition) {
        return condition.toString().equals("(true)");
    }

    // ------------------------------------------------------------------------------------------------- try

    /// What a handler sees is what was awaited before the `try`: an await in it may not have been reached, or failed.
    @Override
    public @Nullable Void visitTry(TryTree tree, @Nullable Void nothing) {
        Set<Element> before = copy(awaited);
        scan(tree.getResources(), null);
        Set<Element> after = through(tree.getBlock(), awaited);
        Set<Element> atHandler = before == null ? null : withoutAssigned(tree.getBlock(), before);
        for (CatchTree one : tree.getCatches()) {
            after = common(after, through(one.getBlock(), atHandler));
        }
        awaited = after;
        if (tree.getFinallyBlock() != null) {
            through(tree.getFinallyBlock(), after == null ? atHandler : after);
            if (after == null) {
                awaited = null;
            }
            left.replaceAll((_, set) -> withoutAssigned(tree.getFinallyBlock(), set));
            continued.replaceAll((_, set) -> withoutAssigned(tree.getFinallyBlock(), set));
        }
        return null;
    }

    private Set<Element> withoutAssigned(Tree block, Set<Element> set) {
        var kept = new HashSet<>(set);
        new TreePathScanner<@Nullable Void, @Nullable Void>() {
            @Override
            public @Nullable Void visitAssignment(AssignmentTree assignment, @Nullable Void nothing) {
                kept.remove(trees.getElement(new TreePath(getCurrentPath(), assignment.getVariable())));
                return super.visitAssignment(assignment, null);
            }
        }.scan(new TreePath(getCurrentPath(), block), null);
        return kept;
    }
}
