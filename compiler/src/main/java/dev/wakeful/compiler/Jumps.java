// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import com.sun.source.tree.DoWhileLoopTree;
import com.sun.source.tree.EnhancedForLoopTree;
import com.sun.source.tree.ForLoopTree;
import com.sun.source.tree.LabeledStatementTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.SwitchTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.WhileLoopTree;
import com.sun.source.util.TreePath;
import javax.lang.model.element.Name;
import org.jspecify.annotations.Nullable;

/// Where `break`, `continue` and `yield` go.
final class Jumps {
    private Jumps() {}

    /// The statement that a `break` leaves.
    static @Nullable Tree left(TreePath from, @Nullable Name label) {
        if (label != null) {
            return labelled(from, label);
        }
        for (TreePath at = from; at != null; at = at.getParentPath()) {
            if (isLoop(at.getLeaf()) || at.getLeaf() instanceof SwitchTree) {
                return at.getLeaf();
            }
        }
        return null;
    }

    /// The loop that a `continue` goes on with.
    static @Nullable Tree continued(TreePath from, @Nullable Name label) {
        if (label != null) {
            return labelled(from, label) instanceof LabeledStatementTree named ? named.getStatement() : null;
        }
        for (TreePath at = from; at != null; at = at.getParentPath()) {
            if (isLoop(at.getLeaf())) {
                return at.getLeaf();
            }
        }
        return null;
    }

    /// The switch that a `yield` gives its value to.
    static @Nullable Tree yieldedTo(TreePath from) {
        for (TreePath at = from; at != null; at = at.getParentPath()) {
            if (at.getLeaf() instanceof SwitchExpressionTree found) {
                return found;
            }
        }
        return null;
    }

    private static @Nullable Tree labelled(TreePath from, Name label) {
        for (TreePath at = from; at != null; at = at.getParentPath()) {
            if (at.getLeaf() instanceof LabeledStatementTree named
                    && named.getLabel().equals(label)) {
                return named;
            }
        }
        return null;
    }

    private static boolean isLoop(Tree tree) {
        return tree instanceof ForLoopTree
                || tree instanceof WhileLoopTree
                || tree instanceof DoWhileLoopTree
                || tree instanceof EnhancedForLoopTree;
    }
}
