// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.DoWhileLoopTree;
import com.sun.source.tree.EnhancedForLoopTree;
import com.sun.source.tree.ExpressionStatementTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.ForLoopTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TypeCastTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.tree.WhileLoopTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.util.HashSet;
import java.util.Set;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.element.Name;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import org.jspecify.annotations.Nullable;

/// Looks at the trees of a class once their types are known, for what cannot be compiled where it stands and what is
/// most likely wrong. All is found on one way through the trees, since each way costs a build as much as what is done
/// on it.
final class SourceChecks {
    private final Trees trees;
    private final TypeFacts facts;
    private final BlockPlaces places;
    private final SourceRefusals refusals;
    private final BlockingCalls blocking;

    SourceChecks(Trees trees, ProcessingEnvironment environment, BlockPlaces places) {
        this.trees = trees;
        this.facts = new TypeFacts(environment);
        this.places = places;
        this.refusals = new SourceRefusals(trees, environment.getTypeUtils());
        this.blocking = new BlockingCalls(facts);
    }

    void check(CompilationUnitTree unit, TypeElement type) {
        TreePath path = path(unit, type);
        if (path != null) {
            var way = new Way(unit);
            way.scan(path, null);
            way.warnings.print();
        }
    }

    /// The place of a type: one of the types that the file declares, as nearly always, or one inside them.
    private @Nullable TreePath path(CompilationUnitTree unit, TypeElement type) {
        for (Tree declared : unit.getTypeDecls()) {
            if (declared instanceof ClassTree found && found.getSimpleName().equals(type.getSimpleName())) {
                var path = new TreePath(new TreePath(unit), found);
                if (type.equals(trees.getElement(path))) {
                    return path;
                }
            }
        }
        return trees.getPath(type);
    }

    private final class Way extends TreePathScanner<@Nullable Void, @Nullable Void> {
        private final CompilationUnitTree unit;
        private final SourceWarnings warnings;
        private final DroppedFutures dropped;
        private boolean inBlock;

        /// What was seen of the block around, by names alone, that has to be followed. For most blocks that is nothing,
        /// and following costs much more than this. It does not go into the lambdas and classes inside.
        private boolean locks;

        private boolean awaitsAgain;

        /// The variables that were awaited in the block around, and how many of its loops are around.
        private Set<Name> awaited = new HashSet<>();

        private int loops;

        Way(CompilationUnitTree unit) {
            this.unit = unit;
            this.warnings = new SourceWarnings(trees, facts, blocking, unit);
            this.dropped = new DroppedFutures(trees, facts, warnings);
        }

        @Override
        public @Nullable Void visitMethodInvocation(MethodInvocationTree call, @Nullable Void nothing) {
            ExpressionTree method = call.getMethodSelect();
            boolean isNamedAwait = isNamedAwait(method);
            if (isNamedAwait && isAwait(trees.getElement(new TreePath(getCurrentPath(), method)))) {
                refusals.checkAwait(call, getCurrentPath(), unit);
            }
            if (inBlock) {
                glance(call, method, isNamedAwait);
                warnings.checkBlocking(
                        getCurrentPath(), method instanceof MemberSelectTree select ? select.getExpression() : null);
            }
            return super.visitMethodInvocation(call, null);
        }

        private void glance(MethodInvocationTree call, ExpressionTree method, boolean isNamedAwait) {
            if (isNamedAwait) {
                for (ExpressionTree future : call.getArguments()) {
                    Name variable = SourceWarnings.variable(future);
                    awaitsAgain |= variable != null && (loops > 0 || !awaited.add(variable));
                }
            } else if (method instanceof MemberSelectTree select) {
                locks |= SourceWarnings.isNamedAsLock(select);
            }
        }

        @Override
        public @Nullable Void visitNewClass(NewClassTree made, @Nullable Void nothing) {
            if (inBlock) {
                warnings.checkBlocking(getCurrentPath(), null);
            }
            return super.visitNewClass(made, null);
        }

        @Override
        public @Nullable Void visitMemberReference(MemberReferenceTree reference, @Nullable Void nothing) {
            refusals.checkReference(reference, getCurrentPath(), unit);
            dropped.checkReference(reference, getCurrentPath());
            if (blockType(trees.getTypeMirror(getCurrentPath())) != null) {
                // a block that is a reference does nothing but this call
                warnings.checkBlocking(getCurrentPath(), reference.getQualifierExpression());
            }
            return super.visitMemberReference(reference, null);
        }

        @Override
        public @Nullable Void visitTypeCast(TypeCastTree cast, @Nullable Void nothing) {
            refusals.checkCast(cast, getCurrentPath(), unit);
            return super.visitTypeCast(cast, null);
        }

        @Override
        public @Nullable Void visitExpressionStatement(ExpressionStatementTree statement, @Nullable Void nothing) {
            dropped.checkValue(statement.getExpression(), getCurrentPath());
            return super.visitExpressionStatement(statement, null);
        }

        @Override
        public @Nullable Void visitVariable(VariableTree variable, @Nullable Void nothing) {
            dropped.checkVariable(variable, getCurrentPath());
            return super.visitVariable(variable, null);
        }

        @Override
        public @Nullable Void visitLambdaExpression(LambdaExpressionTree lambda, @Nullable Void nothing) {
            dropped.checkLambda(lambda, getCurrentPath());
            if (blockType(trees.getTypeMirror(getCurrentPath())) != null) {
                places.add(lambda, unit);
                block(lambda);
            } else {
                boolean before = inBlock;
                inBlock = false;
                super.visitLambdaExpression(lambda, null);
                inBlock = before;
            }
            return null;
        }

        private void block(LambdaExpressionTree lambda) {
            boolean before = inBlock;
            boolean lockedBefore = locks;
            boolean againBefore = awaitsAgain;
            Set<Name> awaitedBefore = awaited;
            int loopsBefore = loops;
            inBlock = true;
            locks = false;
            awaitsAgain = false;
            awaited = new HashSet<>();
            loops = 0;
            int place = warnings.size();
            super.visitLambdaExpression(lambda, null);
            warnings.follow(getCurrentPath(), place, locks, awaitsAgain);
            inBlock = before;
            locks = lockedBefore;
            awaitsAgain = againBefore;
            awaited = awaitedBefore;
            loops = loopsBefore;
        }

        @Override
        public @Nullable Void visitWhileLoop(WhileLoopTree loop, @Nullable Void nothing) {
            loops++;
            super.visitWhileLoop(loop, null);
            loops--;
            return null;
        }

        @Override
        public @Nullable Void visitDoWhileLoop(DoWhileLoopTree loop, @Nullable Void nothing) {
            loops++;
            super.visitDoWhileLoop(loop, null);
            loops--;
            return null;
        }

        @Override
        public @Nullable Void visitForLoop(ForLoopTree loop, @Nullable Void nothing) {
            loops++;
            super.visitForLoop(loop, null);
            loops--;
            return null;
        }

        @Override
        public @Nullable Void visitEnhancedForLoop(EnhancedForLoopTree loop, @Nullable Void nothing) {
            loops++;
            super.visitEnhancedForLoop(loop, null);
            loops--;
            return null;
        }

        @Override
        public @Nullable Void visitClass(ClassTree type, @Nullable Void nothing) {
            boolean before = inBlock;
            inBlock = false;
            super.visitClass(type, null);
            inBlock = before;
            return null;
        }
    }

    /// A quick look before the types are asked.
    static boolean isNamedAwait(Tree method) {
        return isNamed(method, "await");
    }

    static boolean isNamed(Tree method, String name) {
        if (method instanceof IdentifierTree identifier) {
            return identifier.getName().contentEquals(name);
        }
        return method instanceof MemberSelectTree member
                && member.getIdentifier().contentEquals(name);
    }

    static boolean isAwait(@Nullable Element method) {
        return method != null
                && method.getSimpleName().contentEquals("await")
                && method.getEnclosingElement() instanceof TypeElement owner
                && owner.getQualifiedName().contentEquals("dev.wakeful.Async");
    }

    /// The name of the block interface that a type is, or null.
    static @Nullable String blockType(@Nullable TypeMirror type) {
        if (type instanceof DeclaredType declared && declared.asElement() instanceof TypeElement element) {
            String name = element.getQualifiedName().toString();
            return Names.isBlock(name) ? name.substring(name.lastIndexOf('.') + 1) : null;
        }
        return null;
    }
}
