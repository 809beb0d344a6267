// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import com.sun.source.tree.BlockTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.IntersectionTypeTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.SynchronizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TypeCastTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.util.HashSet;
import java.util.Set;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.IntersectionType;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Types;
import javax.tools.Diagnostic;
import org.jspecify.annotations.Nullable;

/// Looks at the trees of a class once their types are known, and refuses what cannot be compiled where it stands.
final class SourceChecks {
    private final Trees trees;
    private final Types types;
    private final SourceWarnings warnings;
    private final BlockPlaces places;

    SourceChecks(Trees trees, ProcessingEnvironment environment, BlockPlaces places) {
        this.trees = trees;
        this.places = places;
        this.types = environment.getTypeUtils();
        this.warnings = new SourceWarnings(trees, environment);
    }

    void check(CompilationUnitTree unit, TypeElement type) {
        TreePath path = trees.getPath(type);
        if (path != null) {
            new Scanner(unit).scan(path, null);
            warnings.check(unit, path);
        }
    }

    private final class Scanner extends TreePathScanner<@Nullable Void, @Nullable Void> {
        private final CompilationUnitTree unit;

        /// Lambdas that are refused as a whole.
        private final Set<LambdaExpressionTree> intersections = new HashSet<>();

        Scanner(CompilationUnitTree unit) {
            this.unit = unit;
        }

        @Override
        public @Nullable Void visitMethodInvocation(MethodInvocationTree call, @Nullable Void nothing) {
            if (isNamedAwait(call.getMethodSelect())
                    && isAwait(trees.getElement(new TreePath(getCurrentPath(), call.getMethodSelect())))) {
                checkAwait(call);
            }
            return super.visitMethodInvocation(call, null);
        }

        @Override
        public @Nullable Void visitMemberReference(MemberReferenceTree reference, @Nullable Void nothing) {
            if (reference.getName().contentEquals("await") && isAwait(trees.getElement(getCurrentPath()))) {
                refuse(reference, Texts.REFERENCE);
            }
            return super.visitMemberReference(reference, null);
        }

        @Override
        public @Nullable Void visitTypeCast(TypeCastTree cast, @Nullable Void nothing) {
            if (cast.getType() instanceof IntersectionTypeTree
                    && cast.getExpression() instanceof LambdaExpressionTree lambda
                    && containsBlockType(cast)) {
                refuse(lambda, Texts.SERIALIZABLE);
                intersections.add(lambda);
            }
            return super.visitTypeCast(cast, null);
        }

        @Override
        public @Nullable Void visitLambdaExpression(LambdaExpressionTree lambda, @Nullable Void nothing) {
            if (blockType(trees.getTypeMirror(getCurrentPath())) != null) {
                places.add(lambda, unit);
            }
            return super.visitLambdaExpression(lambda, null);
        }

        private boolean containsBlockType(TypeCastTree cast) {
            TypeMirror type = trees.getTypeMirror(new TreePath(getCurrentPath(), cast.getType()));
            return type instanceof IntersectionType several
                    && several.getBounds().stream().anyMatch(bound -> blockType(bound) != null);
        }

        private void checkAwait(MethodInvocationTree call) {
            boolean isLocked = false;
            Tree below = call;
            for (TreePath at = getCurrentPath().getParentPath(); at != null; at = at.getParentPath()) {
                switch (at.getLeaf()) {
                    case LambdaExpressionTree lambda -> {
                        if (intersections.contains(lambda)) {
                            return;
                        }
                        if (blockType(trees.getTypeMirror(at)) == null) {
                            refuse(
                                    call.getMethodSelect(),
                                    Texts.LAMBDA,
                                    simpleName(trees.getTypeMirror(at)),
                                    isInBlock(at) ? "inside an async block" : "outside an async block");
                        } else if (isLocked) {
                            refuse(call.getMethodSelect(), Texts.SYNCHRONIZED);
                        }
                        return;
                    }
                    case SynchronizedTree locked -> isLocked |= locked.getBlock() == below;
                    case MethodTree method -> {
                        refuseInMethod(call, method, at);
                        return;
                    }
                    case VariableTree _, BlockTree _ -> {
                        if (at.getParentPath().getLeaf() instanceof ClassTree) {
                            refuse(call.getMethodSelect(), Texts.INITIALIZER);
                            return;
                        }
                    }
                    default -> {}
                }
                below = at.getLeaf();
            }
        }

        private void refuseInMethod(MethodInvocationTree call, MethodTree method, TreePath at) {
            String name = method.getName().toString();
            Element owner = trees.getElement(at.getParentPath());
            String implemented = owner == null ? null : implementedBlock(owner.asType());
            if (name.equals("<init>")) {
                refuse(call.getMethodSelect(), Texts.CONSTRUCTOR, "a constructor");
            } else if (implemented != null) {
                refuse(call.getMethodSelect(), Texts.ANONYMOUS, implemented);
            } else if (isInBlock(at)) {
                refuse(call.getMethodSelect(), Texts.INNER_CLASS, name);
            } else {
                refuse(call.getMethodSelect(), Texts.OUTSIDE, "method " + name);
            }
        }

        private boolean isInBlock(TreePath from) {
            for (TreePath at = from.getParentPath(); at != null; at = at.getParentPath()) {
                if (at.getLeaf() instanceof LambdaExpressionTree && blockType(trees.getTypeMirror(at)) != null) {
                    return true;
                }
            }
            return false;
        }

        private void refuse(Tree tree, Texts text, Object... values) {
            trees.printMessage(Diagnostic.Kind.ERROR, text.with(values), tree, unit);
        }
    }

    /// A quick look before the types are asked.
    static boolean isNamedAwait(Tree method) {
        return isNamed(method, "await");
    }

    static boolean isNamed(Tree method, String name) {
        return switch (method) {
            case IdentifierTree identifier -> identifier.getName().contentEquals(name);
            case MemberSelectTree member -> member.getIdentifier().contentEquals(name);
            default -> false;
        };
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

    private static String simpleName(@Nullable TypeMirror type) {
        return type instanceof DeclaredType declared
                ? declared.asElement().getSimpleName().toString()
                : String.valueOf(type);
    }

    private @Nullable String implementedBlock(TypeMirror type) {
        for (TypeMirror above : types.directSupertypes(type)) {
            String name = blockType(above);
            String inherited = name == null ? implementedBlock(above) : name;
            if (inherited != null) {
                return inherited;
            }
        }
        return null;
    }
}
