// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.Trees;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Name;
import javax.lang.model.type.TypeMirror;
import javax.tools.Diagnostic;
import org.jspecify.annotations.Nullable;

/// The warnings of one class: code that compiles and is most likely wrong. Futures that nobody polls come first, then
/// calls that hold the thread, locks held across an await and futures awaited twice. Silenced by
/// `@SuppressWarnings("wakeful")`, or by kind.
final class SourceWarnings {
    private final Trees trees;
    private final TypeFacts facts;
    private final BlockingCalls blocking;
    private final CompilationUnitTree unit;
    private final List<Warning> dropped = new ArrayList<>();
    private final List<Warning> others = new ArrayList<>();

    private record Warning(TreePath at, Texts text, String message) {}

    SourceWarnings(Trees trees, TypeFacts facts, BlockingCalls blocking, CompilationUnitTree unit) {
        this.trees = trees;
        this.facts = facts;
        this.blocking = blocking;
        this.unit = unit;
    }

    /// @param what what the message calls the future
    void dropped(TreePath at, String what) {
        dropped.add(new Warning(at, Texts.DROPPED, Texts.DROPPED.with(what)));
    }

    private void warn(TreePath at, Texts text, Object... values) {
        others.add(new Warning(at, text, text.with(values)));
    }

    /// How many there are so far, those of dropped futures aside.
    int size() {
        return others.size();
    }

    void print() {
        for (Warning one : dropped) {
            print(one);
        }
        for (Warning one : others) {
            print(one);
        }
    }

    private void print(Warning one) {
        if (!isSilenced(one.at, one.text)) {
            trees.printMessage(Diagnostic.Kind.WARNING, one.message, one.at.getLeaf(), unit);
        }
    }

    private boolean isSilenced(TreePath from, Texts text) {
        for (TreePath at = from; at != null; at = at.getParentPath()) {
            if (at.getLeaf() instanceof ClassTree
                    || at.getLeaf() instanceof MethodTree
                    || at.getLeaf() instanceof VariableTree) {
                Element element = trees.getElement(at);
                SuppressWarnings silenced = element == null ? null : element.getAnnotation(SuppressWarnings.class);
                if (silenced != null) {
                    List<String> kinds = List.of(silenced.value());
                    if (kinds.contains("wakeful") || kinds.contains("wakeful:" + text.id)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    // ------------------------------------------------------------------------------------------------- blocking calls

    /// Warns of a call in a block that holds the thread.
    void checkBlocking(TreePath call, @Nullable ExpressionTree receiver) {
        if (trees.getElement(call) instanceof ExecutableElement method) {
            String instead = blocking.instead(method);
            if (instead != null && (receiver == null || !looksIntoMemory(receiver, call))) {
                warn(call, Texts.BLOCKING, BlockingCalls.name(method), instead);
            }
        }
    }

    /// Whether a stream or a reader is one of those that only look into memory, or is made around one.
    private boolean looksIntoMemory(Tree stream, TreePath above) {
        TypeMirror type = trees.getTypeMirror(new TreePath(above, stream));
        if (type != null && blocking.isInMemory(type)) {
            return true;
        }
        if (stream instanceof ParenthesizedTree tree) {
            return looksIntoMemory(tree.getExpression(), above);
        } else if (stream instanceof NewClassTree made) {
            return takesFromMemory(made, above);
        }
        return stream instanceof IdentifierTree name && isMadeInMemory(name, above);
    }

    private boolean takesFromMemory(NewClassTree made, TreePath above) {
        for (ExpressionTree argument : made.getArguments()) {
            if (looksIntoMemory(argument, above)) {
                return true;
            }
        }
        return false;
    }

    private boolean isMadeInMemory(IdentifierTree name, TreePath above) {
        Element variable = trees.getElement(new TreePath(above, name));
        return variable != null
                && trees.getTree(variable) instanceof VariableTree declared
                && declared.getInitializer() instanceof NewClassTree made
                && looksIntoMemory(made, above);
    }

    // ------------------------------------------------------------------------------------------------- paths

    /// The name of what is awaited where that is a variable, or null.
    static @Nullable Name variable(ExpressionTree future) {
        if (future instanceof ParenthesizedTree tree) {
            return variable(tree.getExpression());
        }
        return future instanceof IdentifierTree name ? name.getName() : null;
    }

    /// Whether a method is named as those of locks are.
    static boolean isNamedAsLock(MemberSelectTree method) {
        String name = method.getIdentifier().toString();
        return name.contains("lock") || name.contains("Lock");
    }

    /// Follows the control flow of a block as far as that is called for. What it finds comes before what else was found
    /// in the block.
    ///
    /// @param place how many warnings there were in front of the block
    /// @param locks whether something named as a lock is called
    /// @param awaitsAgain whether a variable is awaited at two places, or in a loop
    void follow(TreePath block, int place, boolean locks, boolean awaitsAgain) {
        if (!locks && !awaitsAgain) {
            return;
        }
        List<Warning> inside = others.subList(place, others.size());
        var later = new ArrayList<>(inside);
        inside.clear();
        if (locks) {
            new HeldLocks(trees, facts, (call, held) -> warn(call, Texts.LOCK, held)).scan(block, null);
        }
        if (awaitsAgain) {
            new AwaitedTwice(trees, (call, variable) -> warn(call, Texts.TWICE, variable.getSimpleName()))
                    .scan(block, null);
        }
        others.addAll(later);
    }
}
