// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.util.List;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
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
        new DroppedFutures(trees, facts, (at, what) -> warn(unit, at, Texts.DROPPED, what)).scan(path, null);
        new Scanner(unit).scan(path, null);
    }

    private void warn(CompilationUnitTree unit, TreePath at, Texts text, Object... values) {
        if (!isSilenced(at, text)) {
            trees.printMessage(Diagnostic.Kind.WARNING, text.with(values), at.getLeaf(), unit);
        }
    }

    private final class Scanner extends TreePathScanner<@Nullable Void, @Nullable Void> {
        private final CompilationUnitTree unit;
        private boolean inBlock;

        Scanner(CompilationUnitTree unit) {
            this.unit = unit;
        }

        @Override
        public @Nullable Void visitMethodInvocation(MethodInvocationTree call, @Nullable Void nothing) {
            if (inBlock) {
                ExpressionTree receiver =
                        call.getMethodSelect() instanceof MemberSelectTree select ? select.getExpression() : null;
                checkBlocking(receiver);
            }
            return super.visitMethodInvocation(call, null);
        }

        @Override
        public @Nullable Void visitNewClass(NewClassTree made, @Nullable Void nothing) {
            if (inBlock) {
                checkBlocking(null);
            }
            return super.visitNewClass(made, null);
        }

        /// A block that is a reference does nothing but this call.
        @Override
        public @Nullable Void visitMemberReference(MemberReferenceTree reference, @Nullable Void nothing) {
            if (SourceChecks.blockType(trees.getTypeMirror(getCurrentPath())) != null) {
                checkBlocking(reference.getQualifierExpression());
            }
            return super.visitMemberReference(reference, null);
        }

        private void checkBlocking(@Nullable ExpressionTree receiver) {
            if (trees.getElement(getCurrentPath()) instanceof ExecutableElement method) {
                String instead = blocking.instead(method);
                if (instead != null && (receiver == null || !looksIntoMemory(receiver))) {
                    warn(unit, getCurrentPath(), Texts.BLOCKING, BlockingCalls.name(method), instead);
                }
            }
        }

        /// Whether a stream or a reader is one of those that only look into memory, or is made around one.
        private boolean looksIntoMemory(Tree stream) {
            TypeMirror type = trees.getTypeMirror(new TreePath(getCurrentPath(), stream));
            if (type != null && blocking.isInMemory(type)) {
                return true;
            }
            return switch (stream) {
                case ParenthesizedTree tree -> looksIntoMemory(tree.getExpression());
                case NewClassTree made -> made.getArguments().stream().anyMatch(this::looksIntoMemory);
                case IdentifierTree name -> isMadeInMemory(trees.getElement(new TreePath(getCurrentPath(), name)));
                default -> false;
            };
        }

        private boolean isMadeInMemory(@Nullable Element variable) {
            return variable != null
                    && trees.getTree(variable) instanceof VariableTree declared
                    && declared.getInitializer() instanceof NewClassTree made
                    && looksIntoMemory(made);
        }

        @Override
        public @Nullable Void visitLambdaExpression(LambdaExpressionTree lambda, @Nullable Void nothing) {
            boolean isBlock = SourceChecks.blockType(trees.getTypeMirror(getCurrentPath())) != null;
            if (isBlock) {
                follow(lambda);
            }
            return inside(isBlock, () -> super.visitLambdaExpression(lambda, null));
        }

        private void follow(LambdaExpressionTree block) {
            var glance = new BlockGlance();
            glance.scan(block.getBody(), null);
            if (glance.locks()) {
                new HeldLocks(trees, facts, (call, locks) -> warn(unit, call, Texts.LOCK, locks))
                        .scan(getCurrentPath(), null);
            }
            if (glance.awaitsVariables()) {
                new AwaitedTwice(trees, (call, variable) -> warn(unit, call, Texts.TWICE, variable.getSimpleName()))
                        .scan(getCurrentPath(), null);
            }
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
}
