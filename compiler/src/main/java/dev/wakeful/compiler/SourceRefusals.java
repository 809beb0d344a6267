// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import com.sun.source.tree.BlockTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.IntersectionTypeTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.SynchronizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TypeCastTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.Trees;
import java.util.HashSet;
import java.util.Set;
import javax.lang.model.element.Element;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.IntersectionType;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Types;
import javax.tools.Diagnostic;
import org.jspecify.annotations.Nullable;

/// Refuses what cannot be compiled where it stands.
final class SourceRefusals {
    private final Trees trees;
    private final Types types;

    /// Lambdas that are refused as a whole.
    private final Set<LambdaExpressionTree> intersections = new HashSet<>();

    SourceRefusals(Trees trees, Types types) {
        this.trees = trees;
        this.types = types;
    }

    void checkReference(MemberReferenceTree reference, TreePath path, CompilationUnitTree unit) {
        if (reference.getName().contentEquals("await") && SourceChecks.isAwait(trees.getElement(path))) {
            refuse(unit, reference, Texts.REFERENCE);
        }
    }

    void checkCast(TypeCastTree cast, TreePath path, CompilationUnitTree unit) {
        if (cast.getType() instanceof IntersectionTypeTree
                && cast.getExpression() instanceof LambdaExpressionTree lambda
                && containsBlockType(new TreePath(path, cast.getType()))) {
            refuse(unit, lambda, Texts.SERIALIZABLE);
            intersections.add(lambda);
        }
    }

    private boolean containsBlockType(TreePath intersection) {
        if (trees.getTypeMirror(intersection) instanceof IntersectionType several) {
            for (TypeMirror bound : several.getBounds()) {
                if (isBlock(bound)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isBlock(@Nullable TypeMirror type) {
        return SourceChecks.blockType(type) != null;
    }

    /// Looks outwards from an await for the block that it stands in, or what keeps it from being in one.
    void checkAwait(MethodInvocationTree call, TreePath path, CompilationUnitTree unit) {
        boolean isLocked = false;
        Tree below = call;
        for (TreePath at = path.getParentPath(); at != null; at = at.getParentPath()) {
            Tree leaf = at.getLeaf();
            if (leaf instanceof LambdaExpressionTree lambda) {
                checkInLambda(call, lambda, at, isLocked, unit);
                return;
            } else if (leaf instanceof SynchronizedTree locked) {
                isLocked |= locked.getBlock() == below;
            } else if (leaf instanceof MethodTree method) {
                refuseInMethod(call, method, at, unit);
                return;
            } else if ((leaf instanceof VariableTree || leaf instanceof BlockTree)
                    && at.getParentPath().getLeaf() instanceof ClassTree) {
                refuse(unit, call.getMethodSelect(), Texts.INITIALIZER);
                return;
            }
            below = leaf;
        }
    }

    private void checkInLambda(
            MethodInvocationTree call,
            LambdaExpressionTree lambda,
            TreePath at,
            boolean isLocked,
            CompilationUnitTree unit) {
        if (intersections.contains(lambda)) {
            return;
        }
        if (!isBlock(trees.getTypeMirror(at))) {
            refuse(
                    unit,
                    call.getMethodSelect(),
                    Texts.LAMBDA,
                    simpleName(trees.getTypeMirror(at)),
                    isInBlock(at) ? "inside an async block" : "outside an async block");
        } else if (isLocked) {
            refuse(unit, call.getMethodSelect(), Texts.SYNCHRONIZED);
        }
    }

    private void refuseInMethod(MethodInvocationTree call, MethodTree method, TreePath at, CompilationUnitTree unit) {
        String name = method.getName().toString();
        Element owner = trees.getElement(at.getParentPath());
        String implemented = owner == null ? null : implementedBlock(owner.asType());
        if (name.equals("<init>")) {
            refuse(unit, call.getMethodSelect(), Texts.CONSTRUCTOR, "a constructor");
        } else if (implemented != null) {
            refuse(unit, call.getMethodSelect(), Texts.ANONYMOUS, implemented);
        } else if (isInBlock(at)) {
            refuse(unit, call.getMethodSelect(), Texts.INNER_CLASS, name);
        } else {
            refuse(unit, call.getMethodSelect(), Texts.OUTSIDE, "method " + name);
        }
    }

    private boolean isInBlock(TreePath from) {
        for (TreePath at = from.getParentPath(); at != null; at = at.getParentPath()) {
            if (at.getLeaf() instanceof LambdaExpressionTree && isBlock(trees.getTypeMirror(at))) {
                return true;
            }
        }
        return false;
    }

    private void refuse(CompilationUnitTree unit, Tree tree, Texts text, Object... values) {
        trees.printMessage(Diagnostic.Kind.ERROR, text.with(values), tree, unit);
    }

    private static String simpleName(@Nullable TypeMirror type) {
        return type instanceof DeclaredType declared
                ? declared.asElement().getSimpleName().toString()
                : String.valueOf(type);
    }

    private @Nullable String implementedBlock(TypeMirror type) {
        for (TypeMirror above : types.directSupertypes(type)) {
            String name = SourceChecks.blockType(above);
            String inherited = name == null ? implementedBlock(above) : name;
            if (inherited != null) {
                return inherited;
            }
        }
        return null;
    }
}
