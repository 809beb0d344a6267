// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.BlockTree;
import com.sun.source.tree.BreakTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionStatementTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.StatementTree;
import com.sun.source.tree.ThrowTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import javax.tools.Diagnostic;
import org.jspecify.annotations.Nullable;

/// Warns about code that compiles and is most likely wrong: futures that nobody polls, calls that hold the thread,
/// locks held across an await, futures awaited twice. Silenced by `@SuppressWarnings("wakeful")`, or by kind.
final class SourceWarnings {
    private final Trees trees;
    private final Types types;
    private final Elements elements;

    SourceWarnings(Trees trees, ProcessingEnvironment environment) {
        this.trees = trees;
        this.types = environment.getTypeUtils();
        this.elements = environment.getElementUtils();
    }

    void check(CompilationUnitTree unit, TreePath path) {
        new Scanner(unit).scan(path, null);
    }

    private final class Scanner extends TreePathScanner<@Nullable Void, @Nullable Void> {
        private final CompilationUnitTree unit;

        Scanner(CompilationUnitTree unit) {
            this.unit = unit;
        }

        private void warn(Tree tree, Texts text, Object... values) {
            if (!isSilenced(getCurrentPath(), text)) {
                trees.printMessage(Diagnostic.Kind.WARNING, text.with(values), tree, unit);
            }
        }

        // --------------------------------------------------------------------------------------------- dropped

        @Override
        public @Nullable Void visitExpressionStatement(ExpressionStatementTree statement, @Nullable Void nothing) {
            ExpressionTree expression = statement.getExpression();
            if (makesFuture(new TreePath(getCurrentPath(), expression))) {
                warn(expression, Texts.DROPPED, "of " + simpleText(expression));
            }
            return super.visitExpressionStatement(statement, null);
        }

        @Override
        public @Nullable Void visitVariable(VariableTree variable, @Nullable Void nothing) {
            Element element = trees.getElement(getCurrentPath());
            if (element != null
                    && element.getKind() == ElementKind.LOCAL_VARIABLE
                    && !variable.getName().isEmpty()
                    && variable.getInitializer() != null
                    && makesFuture(new TreePath(getCurrentPath(), variable.getInitializer()))
                    && !isUsed(element)) {
                warn(variable, Texts.DROPPED, variable.getName());
            }
            return super.visitVariable(variable, null);
        }

        private boolean isUsed(Element variable) {
            var uses = new TreePathScanner<@Nullable Void, @Nullable Void>() {
                private boolean found;

                @Override
                public @Nullable Void visitIdentifier(IdentifierTree name, @Nullable Void nothing) {
                    found |= name.getName().equals(variable.getSimpleName())
                            && variable.equals(trees.getElement(getCurrentPath()));
                    return null;
                }
            };
            uses.scan(getCurrentPath().getParentPath(), null);
            return uses.found;
        }

        private boolean makesFuture(TreePath expression) {
            if (!(expression.getLeaf() instanceof MethodInvocationTree)
                    && !(expression.getLeaf() instanceof NewClassTree)) {
                return false;
            }
            TypeMirror type = trees.getTypeMirror(expression);
            return type instanceof DeclaredType
                    && isA(type, "dev.wakeful.Future")
                    && !isA(type, "dev.wakeful.JoinHandle");
        }

        // --------------------------------------------------------------------------------------------- inside blocks

        @Override
        public @Nullable Void visitMethodInvocation(MethodInvocationTree call, @Nullable Void nothing) {
            if (isInBlock(getCurrentPath())) {
                Element method = trees.getElement(new TreePath(getCurrentPath(), call.getMethodSelect()));
                String instead = method instanceof ExecutableElement executable ? blocks(executable) : null;
                if (instead != null) {
                    warn(call, Texts.BLOCKING, simpleText(call), instead);
                }
            }
            return super.visitMethodInvocation(call, null);
        }

        @Override
        public @Nullable Void visitLambdaExpression(LambdaExpressionTree lambda, @Nullable Void nothing) {
            if (SourceChecks.blockType(trees.getTypeMirror(getCurrentPath())) != null) {
                new Locks(this).scan(getCurrentPath(), null);
            }
            return super.visitLambdaExpression(lambda, null);
        }

        @Override
        public @Nullable Void visitBlock(BlockTree block, @Nullable Void nothing) {
            twiceInARow(block.getStatements());
            return super.visitBlock(block, null);
        }

        private void twiceInARow(List<? extends StatementTree> statements) {
            var awaited = new HashSet<Element>();
            for (StatementTree statement : statements) {
                var scanner = new Awaits(isBranch(statement));
                scanner.scan(new TreePath(getCurrentPath(), statement), null);
                if (isLoop(statement)) {
                    inLoop(scanner);
                } else if (!isBranch(statement)) {
                    scanner.found.forEach((variable, call) -> {
                        if (!awaited.add(variable)) {
                            warn(call, Texts.TWICE, variable.getSimpleName());
                        }
                    });
                }
                awaited.removeAll(scanner.assigned);
            }
        }

        private void inLoop(Awaits loop) {
            if (!loop.leaves) {
                loop.found.forEach((variable, call) -> {
                    if (!loop.assigned.contains(variable) && !loop.declared.contains(variable)) {
                        warn(call, Texts.TWICE, variable.getSimpleName());
                    }
                });
            }
        }
    }

    /// The variables that a statement awaits whatever happens: not in branches, other lambdas or loops.
    private final class Awaits extends TreePathScanner<@Nullable Void, @Nullable Void> {
        private final Map<Element, Tree> found = new LinkedHashMap<>();
        private final Set<Element> assigned = new HashSet<>();
        private final Set<Element> declared = new HashSet<>();
        private final boolean intoBranches;
        private boolean leaves;

        Awaits(boolean intoBranches) {
            this.intoBranches = intoBranches;
        }

        @Override
        public @Nullable Void scan(@Nullable Tree tree, @Nullable Void nothing) {
            if (tree == null) {
                return null;
            }
            return switch (tree.getKind()) {
                case LAMBDA_EXPRESSION, CLASS, CONDITIONAL_EXPRESSION, CONDITIONAL_AND, CONDITIONAL_OR -> null;
                default -> isBranch(tree) && !intoBranches ? outside(tree) : super.scan(tree, null);
            };
        }

        /// Of a branch only the assignments count.
        private @Nullable Void outside(Tree tree) {
            var inner = new Awaits(true);
            inner.scan(new TreePath(getCurrentPath(), tree), null);
            assigned.addAll(inner.assigned);
            return null;
        }

        @Override
        public @Nullable Void visitMethodInvocation(MethodInvocationTree call, @Nullable Void nothing) {
            if (call.getArguments().size() == 1
                    && call.getArguments().getFirst() instanceof IdentifierTree name
                    && SourceChecks.isAwait(trees.getElement(new TreePath(getCurrentPath(), call.getMethodSelect())))) {
                Element variable = trees.getElement(new TreePath(getCurrentPath(), name));
                if (variable != null && variable.getKind() != ElementKind.FIELD) {
                    found.putIfAbsent(variable, call);
                }
            }
            return super.visitMethodInvocation(call, null);
        }

        @Override
        public @Nullable Void visitAssignment(AssignmentTree assignment, @Nullable Void nothing) {
            Element variable = trees.getElement(new TreePath(getCurrentPath(), assignment.getVariable()));
            if (variable != null) {
                assigned.add(variable);
            }
            return super.visitAssignment(assignment, null);
        }

        @Override
        public @Nullable Void visitVariable(VariableTree variable, @Nullable Void nothing) {
            Element element = trees.getElement(getCurrentPath());
            if (element != null) {
                declared.add(element);
            }
            return super.visitVariable(variable, null);
        }

        @Override
        public @Nullable Void visitReturn(ReturnTree tree, @Nullable Void nothing) {
            leaves = true;
            return super.visitReturn(tree, null);
        }

        @Override
        public @Nullable Void visitBreak(BreakTree tree, @Nullable Void nothing) {
            leaves = true;
            return super.visitBreak(tree, null);
        }

        @Override
        public @Nullable Void visitThrow(ThrowTree tree, @Nullable Void nothing) {
            leaves = true;
            return super.visitThrow(tree, null);
        }
    }

    /// The locks that are held where a block awaits, in the order of the source.
    private final class Locks extends TreePathScanner<@Nullable Void, @Nullable Void> {
        private final Scanner outer;
        private final Set<String> held = new LinkedHashSet<>();
        private boolean inside;

        Locks(Scanner outer) {
            this.outer = outer;
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
            Element method = trees.getElement(new TreePath(getCurrentPath(), call.getMethodSelect()));
            if (SourceChecks.isAwait(method)) {
                if (!held.isEmpty()) {
                    outer.warn(call, Texts.LOCK, String.join(", ", held));
                }
            } else if (method != null
                    && call.getMethodSelect() instanceof MemberSelectTree select
                    && method.getEnclosingElement() instanceof TypeElement owner
                    && isA(owner.asType(), "java.util.concurrent.locks.Lock")) {
                switch (method.getSimpleName().toString()) {
                    case "lock", "lockInterruptibly", "tryLock" ->
                        held.add(select.getExpression().toString());
                    case "unlock" -> held.remove(select.getExpression().toString());
                    default -> {}
                }
            }
            return null;
        }
    }

    // ------------------------------------------------------------------------------------------------- facts

    private boolean isA(TypeMirror type, String name) {
        TypeElement above = elements.getTypeElement(name);
        return above != null && types.isSubtype(types.erasure(type), types.erasure(above.asType()));
    }

    /// What to write in the place of a call that blocks; null for one that does not.
    private @Nullable String blocks(ExecutableElement method) {
        String name = method.getSimpleName().toString();
        if (!(method.getEnclosingElement() instanceof TypeElement declaring)) {
            return null;
        }
        TypeMirror owner = declaring.asType();
        for (BlockingCalls.Row row : BlockingCalls.ROWS) {
            if (row.methods().contains(name) && isA(owner, row.type())) {
                return row.instead();
            }
        }
        return null;
    }

    private boolean isInBlock(TreePath from) {
        for (TreePath at = from.getParentPath(); at != null; at = at.getParentPath()) {
            switch (at.getLeaf()) {
                case LambdaExpressionTree _ -> {
                    return SourceChecks.blockType(trees.getTypeMirror(at)) != null;
                }
                case ClassTree _, MethodTree _ -> {
                    return false;
                }
                default -> {}
            }
        }
        return false;
    }

    private static boolean isBranch(Tree tree) {
        return switch (tree.getKind()) {
            case IF, SWITCH, SWITCH_EXPRESSION, TRY -> true;
            default -> isLoop(tree);
        };
    }

    private static boolean isLoop(Tree tree) {
        return switch (tree.getKind()) {
            case FOR_LOOP, WHILE_LOOP, DO_WHILE_LOOP, ENHANCED_FOR_LOOP -> true;
            default -> false;
        };
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

    private static String simpleText(ExpressionTree expression) {
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
