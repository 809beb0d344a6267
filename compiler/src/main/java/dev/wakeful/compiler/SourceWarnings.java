// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

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
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.util.List;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import javax.tools.Diagnostic;
import org.jspecify.annotations.Nullable;

/// Warns about code that compiles and is most likely wrong: futures that nobody polls, calls that hold the thread,
/// locks held across an await, futures awaited twice. Silenced by `@SuppressWarnings("wakeful")`, or by kind.
final class SourceWarnings {
    private final Trees trees;
    private final TypeFacts facts;
    private final BlockingCalls blocking;

    SourceWarnings(Trees trees, ProcessingEnvironment environment) {
        this.trees = trees;
        this.facts = new TypeFacts(environment);
        this.blocking = new BlockingCalls(facts);
    }

    void check(CompilationUnitTree unit, TreePath path) {
        new Scanner(unit).scan(path, null);
    }

    private final class Scanner extends TreePathScanner<@Nullable Void, @Nullable Void> {
        private final CompilationUnitTree unit;
        private boolean inBlock;

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
                    && facts.isA(type, "dev.wakeful.Future")
                    && !facts.isA(type, "dev.wakeful.JoinHandle");
        }

        // --------------------------------------------------------------------------------------------- inside blocks

        @Override
        public @Nullable Void visitMethodInvocation(MethodInvocationTree call, @Nullable Void nothing) {
            if (inBlock && trees.getElement(getCurrentPath()) instanceof ExecutableElement method) {
                String instead = blocking.instead(method, receiver(call));
                if (instead != null) {
                    warn(call, Texts.BLOCKING, BlockingCalls.name(method), instead);
                }
            }
            return super.visitMethodInvocation(call, null);
        }

        private @Nullable TypeMirror receiver(MethodInvocationTree call) {
            return call.getMethodSelect() instanceof MemberSelectTree select
                    ? trees.getTypeMirror(new TreePath(getCurrentPath(), select.getExpression()))
                    : null;
        }

        @Override
        public @Nullable Void visitNewClass(NewClassTree made, @Nullable Void nothing) {
            if (inBlock && trees.getElement(getCurrentPath()) instanceof ExecutableElement constructor) {
                String instead = blocking.instead(constructor, null);
                if (instead != null) {
                    warn(made, Texts.BLOCKING, BlockingCalls.name(constructor), instead);
                }
            }
            return super.visitNewClass(made, null);
        }

        @Override
        public @Nullable Void visitLambdaExpression(LambdaExpressionTree lambda, @Nullable Void nothing) {
            boolean isBlock = SourceChecks.blockType(trees.getTypeMirror(getCurrentPath())) != null;
            if (isBlock) {
                new HeldLocks(trees, facts, (call, locks) -> warn(call, Texts.LOCK, locks))
                        .scan(getCurrentPath(), null);
                new AwaitedTwice(trees, (call, variable) -> warn(call, Texts.TWICE, variable.getSimpleName()))
                        .scan(getCurrentPath(), null);
            }
            return inside(isBlock, () -> super.visitLambdaExpression(lambda, null));
        }

        @Override
        public @Nullable Void visitClass(ClassTree type, @Nullable Void nothing) {
            return inside(false, () -> super.visitClass(type, null));
        }

        private @Nullable Void inside(boolean block, Runnable visit) {
            boolean before = inBlock;
            inBlock = block;
            visit.run();
            inBlock = before;
            return null;
        }
    }

    // ------------------------------------------------------------------------------------------------- facts

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
