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
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.SwitchTree;
import com.sun.source.tree.ThrowTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TryTree;
import com.sun.source.tree.UnaryTree;
import com.sun.source.tree.WhileLoopTree;
import com.sun.source.tree.YieldTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.lang.model.element.Element;
import org.jspecify.annotations.Nullable;

/// Follows the control flow of one block with what is known on every path that leads to a place: a set of facts, null
/// where no path leads. A loop is gone through twice, so its second round meets what the first one has left.
///
/// @param <F> the type of a fact
abstract class SourcePaths<F> extends TreePathScanner<@Nullable Void, @Nullable Void> {
    final Trees trees;

    /// What is known at the place that is looked at.
    @Nullable
    Set<F> known = new HashSet<>();

    /// What the paths have in common that leave a statement by `break`, or a switch expression by `yield`.
    private final Map<Tree, Set<F>> left = new HashMap<>();

    /// The same for those that go on with the next round of a loop.
    private final Map<Tree, Set<F>> continued = new HashMap<>();

    private boolean inside;

    SourcePaths(Trees trees) {
        this.trees = trees;
    }

    /// Removes the facts that some code makes doubtful when it ends at any place.
    abstract void forgetIn(TreePath code, Set<F> facts);

    /// The fact that a condition makes when it is true, or null.
    @Nullable
    F whenTrue(ExpressionTree condition) {
        return null;
    }

    @Nullable
    Element element(Tree below) {
        return trees.getElement(new TreePath(getCurrentPath(), below));
    }

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

    // ------------------------------------------------------------------------------------------------- paths

    private static <F> @Nullable Set<F> copy(@Nullable Set<F> set) {
        return set == null ? null : new HashSet<>(set);
    }

    private static <F> @Nullable Set<F> common(@Nullable Set<F> one, @Nullable Set<F> other) {
        if (one == null || other == null) {
            return copy(one == null ? other : one);
        }
        var both = new HashSet<>(one);
        both.retainAll(other);
        return both;
    }

    /// Goes into a tree with a state, and gives the state behind it.
    private @Nullable Set<F> through(@Nullable Tree tree, @Nullable Set<F> from) {
        known = copy(from);
        scan(tree, null);
        return known;
    }

    private @Nullable Set<F> through(List<? extends Tree> trees, @Nullable Set<F> from) {
        known = copy(from);
        scan(trees, null);
        return known;
    }

    private void leave(Map<Tree, Set<F>> paths, @Nullable Tree target) {
        if (known != null && target != null) {
            paths.merge(target, known, (one, other) -> Objects.requireNonNull(common(one, other)));
        }
        known = null;
    }

    @Override
    public @Nullable Void visitReturn(ReturnTree tree, @Nullable Void nothing) {
        super.visitReturn(tree, null);
        known = null;
        return null;
    }

    @Override
    public @Nullable Void visitThrow(ThrowTree tree, @Nullable Void nothing) {
        super.visitThrow(tree, null);
        known = null;
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
        known = common(known, left.remove(tree));
        return null;
    }

    // ------------------------------------------------------------------------------------------------- conditions

    /// What is known behind a condition that is true, and behind one that is false.
    private record Outcome<F>(
            @Nullable Set<F> whenTrue, @Nullable Set<F> whenFalse) {
        Outcome<F> not() {
            return new Outcome<>(/* whenTrue= */ whenFalse, /* whenFalse= */ whenTrue);
        }
    }

    private Outcome<F> outcome(Tree condition, @Nullable Set<F> from) {
        known = copy(from);
        if (condition instanceof ParenthesizedTree tree) {
            return outcome(tree.getExpression(), from);
        } else if (condition instanceof UnaryTree tree && tree.getKind() == Tree.Kind.LOGICAL_COMPLEMENT) {
            return outcome(tree.getExpression(), from).not();
        } else if (condition instanceof BinaryTree tree && tree.getKind() == Tree.Kind.CONDITIONAL_AND) {
            return both(tree.getLeftOperand(), tree.getRightOperand(), from);
        } else if (condition instanceof BinaryTree tree && tree.getKind() == Tree.Kind.CONDITIONAL_OR) {
            return either(tree, from);
        } else if (condition instanceof LiteralTree tree && tree.getValue() instanceof Boolean value) {
            return value ? new Outcome<>(known, null) : new Outcome<>(null, known);
        }
        return plain(condition);
    }

    private Outcome<F> both(Tree one, Tree other, @Nullable Set<F> from) {
        Outcome<F> first = outcome(one, from);
        Outcome<F> second = outcome(other, first.whenTrue);
        return new Outcome<>(second.whenTrue, common(first.whenFalse, second.whenFalse));
    }

    private Outcome<F> either(BinaryTree tree, @Nullable Set<F> from) {
        Outcome<F> first = outcome(tree.getLeftOperand(), from);
        Outcome<F> second = outcome(tree.getRightOperand(), first.whenFalse);
        return new Outcome<>(common(first.whenTrue, second.whenTrue), second.whenFalse);
    }

    private Outcome<F> plain(Tree condition) {
        scan(condition, null);
        Set<F> isTrue = copy(known);
        F fact = condition instanceof ExpressionTree expression ? whenTrue(expression) : null;
        if (isTrue != null && fact != null) {
            isTrue.add(fact);
        }
        return new Outcome<>(isTrue, copy(known));
    }

    // ------------------------------------------------------------------------------------------------- branches

    @Override
    public @Nullable Void visitIf(IfTree tree, @Nullable Void nothing) {
        branches(tree.getCondition(), tree.getThenStatement(), tree.getElseStatement());
        return null;
    }

    @Override
    public @Nullable Void visitConditionalExpression(ConditionalExpressionTree tree, @Nullable Void nothing) {
        branches(tree.getCondition(), tree.getTrueExpression(), tree.getFalseExpression());
        return null;
    }

    @Override
    public @Nullable Void visitBinary(BinaryTree tree, @Nullable Void nothing) {
        if (tree.getKind() != Tree.Kind.CONDITIONAL_AND && tree.getKind() != Tree.Kind.CONDITIONAL_OR) {
            return super.visitBinary(tree, null);
        }
        Outcome<F> outcome = outcome(tree, known);
        known = common(outcome.whenTrue, outcome.whenFalse);
        return null;
    }

    private void branches(Tree condition, Tree one, @Nullable Tree other) {
        Outcome<F> outcome = outcome(condition, known);
        Set<F> first = through(one, outcome.whenTrue);
        known = common(first, through(other, outcome.whenFalse));
    }

    @Override
    public @Nullable Void visitSwitch(SwitchTree tree, @Nullable Void nothing) {
        scan(tree.getExpression(), null);
        boolean isTotal = tree.getCases().stream().anyMatch(SourcePaths::isDefault);
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
        Set<F> before = copy(known);
        Set<F> after = isTotal ? null : before;
        Set<F> fallen = null;
        for (CaseTree one : cases) {
            known = common(before, fallen);
            scan(one.getGuard(), null);
            if (one.getBody() != null) {
                Tree body = one.getBody();
                after = common(after, through(body, known));
            } else {
                fallen = through(one.getStatements() == null ? List.of() : one.getStatements(), known);
            }
        }
        known = common(common(after, fallen), left.remove(whole));
    }

    // ------------------------------------------------------------------------------------------------- loops

    @Override
    public @Nullable Void visitWhileLoop(WhileLoopTree tree, @Nullable Void nothing) {
        loop(tree, tree.getCondition(), List.of(tree.getStatement()), List.of());
        return null;
    }

    @Override
    public @Nullable Void visitForLoop(ForLoopTree tree, @Nullable Void nothing) {
        scan(tree.getInitializer(), null);
        loop(tree, tree.getCondition(), List.of(tree.getStatement()), tree.getUpdate());
        return null;
    }

    @Override
    public @Nullable Void visitEnhancedForLoop(EnhancedForLoopTree tree, @Nullable Void nothing) {
        scan(tree.getExpression(), null);
        Set<F> none = known;
        Set<F> once = round(tree, List.of(tree.getVariable(), tree.getStatement()), List.of(), none);
        again(tree, List.of(tree.getVariable(), tree.getStatement()), List.of(), none, once);
        known = common(common(none, once), left.remove(tree));
        return null;
    }

    @Override
    public @Nullable Void visitDoWhileLoop(DoWhileLoopTree tree, @Nullable Void nothing) {
        List<Tree> body = List.of(tree.getStatement());
        Outcome<F> first = outcome(tree.getCondition(), round(tree, body, List.of(), known));
        Set<F> second = null;
        if (first.whenTrue != null && !isFlag(tree.getCondition(), body)) {
            second = outcome(tree.getCondition(), round(tree, body, List.of(), first.whenTrue)).whenFalse;
        }
        known = common(common(first.whenFalse, second), left.remove(tree));
        return null;
    }

    /// Two rounds, where the first has left something; the loop ends where its condition is false, or by `break`.
    private void loop(
            Tree whole, @Nullable ExpressionTree condition, List<? extends Tree> body, List<? extends Tree> update) {
        Outcome<F> first = condition == null ? new Outcome<>(known, null) : outcome(condition, known);
        Set<F> end = round(whole, body, update, first.whenTrue);
        Outcome<F> second = condition == null ? new Outcome<>(end, null) : outcome(condition, end);
        if (condition == null || !isFlag(condition, body)) {
            again(whole, body, update, first.whenTrue, second.whenTrue);
        }
        known = common(common(first.whenFalse, second.whenFalse), left.remove(whole));
    }

    private void again(
            Tree whole,
            List<? extends Tree> body,
            List<? extends Tree> update,
            @Nullable Set<F> first,
            @Nullable Set<F> second) {
        if (second != null && (first == null || !first.containsAll(second))) {
            round(whole, body, update, second);
        }
    }

    private @Nullable Set<F> round(
            Tree whole, List<? extends Tree> body, List<? extends Tree> then, @Nullable Set<F> from) {
        Set<F> end = through(body, from);
        return through(then, common(end, continued.remove(whole)));
    }

    /// Whether the loop runs until a variable is set to `true` or `false` in it: such a loop may know that there is no
    /// second round.
    private static boolean isFlag(Tree condition, List<? extends Tree> body) {
        var flags = new HashSet<String>();
        new TreeScanner<@Nullable Void, @Nullable Void>() {
            @Override
            public @Nullable Void visitIdentifier(IdentifierTree name, @Nullable Void nothing) {
                flags.add(name.getName().toString());
                return null;
            }
        }.scan(condition, null);
        var set = new TreeScanner<@Nullable Void, @Nullable Void>() {
            private boolean found;

            @Override
            public @Nullable Void visitAssignment(AssignmentTree assignment, @Nullable Void nothing) {
                found |= flags.contains(assignment.getVariable().toString())
                        && assignment.getExpression() instanceof LiteralTree value
                        && value.getValue() instanceof Boolean;
                return super.visitAssignment(assignment, null);
            }
        };
        set.scan(body, null);
        return set.found;
    }

    // ------------------------------------------------------------------------------------------------- try

    /// What a handler sees is what was known before the `try`: what comes in it may not have been reached.
    @Override
    public @Nullable Void visitTry(TryTree tree, @Nullable Void nothing) {
        Set<F> before = copy(known);
        scan(tree.getResources(), null);
        Set<F> after = through(tree.getBlock(), known);
        Set<F> atHandler = before == null ? null : without(tree.getBlock(), before);
        for (CatchTree one : tree.getCatches()) {
            after = common(after, through(one.getBlock(), atHandler));
        }
        known = after;
        if (tree.getFinallyBlock() != null) {
            through(tree.getFinallyBlock(), after == null ? atHandler : after);
            if (after == null) {
                known = null;
            }
            left.replaceAll((_, set) -> without(tree.getFinallyBlock(), set));
            continued.replaceAll((_, set) -> without(tree.getFinallyBlock(), set));
        }
        return null;
    }

    private Set<F> without(Tree block, Set<F> set) {
        var kept = new HashSet<>(set);
        forgetIn(new TreePath(getCurrentPath(), block), kept);
        return kept;
    }
}
