// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import javax.lang.model.element.TypeElement;
import org.jspecify.annotations.Nullable;

/// Finds awaits where a lock is held on every path that leads there. A fact is a lock that is held, as the source
/// writes it.
///
/// What `tryLock` says is followed where it is a condition. Whoever is given the lock may unlock it.
final class HeldLocks extends SourcePaths<String> {
    private static final Pattern THIS = Pattern.compile("^(\\w+\\.)*this\\.");

    private final TypeFacts facts;
    private final BiConsumer<TreePath, String> found;
    private final Set<Tree> reported = new HashSet<>();

    /// @param found is told the calls of `await`, and the locks
    HeldLocks(Trees trees, TypeFacts facts, BiConsumer<TreePath, String> found) {
        super(trees);
        this.facts = facts;
        this.found = found;
    }

    @Override
    public @Nullable Void visitMethodInvocation(MethodInvocationTree call, @Nullable Void nothing) {
        super.visitMethodInvocation(call, null);
        if (known == null) {
            return null;
        }
        if (SourceChecks.isNamedAwait(call.getMethodSelect())
                && SourceChecks.isAwait(element(call.getMethodSelect()))) {
            if (!known.isEmpty() && reported.add(call)) {
                found.accept(getCurrentPath(), String.join(", ", new TreeSet<>(known)));
            }
            return null;
        }
        forgetAt(call, known);
        String lock = lockedBy(call);
        if (lock != null) {
            known.add(lock);
        }
        return null;
    }

    @Override
    public @Nullable Void visitMemberReference(MemberReferenceTree reference, @Nullable Void nothing) {
        if (known != null) {
            known.remove(name(reference.getQualifierExpression()));
        }
        return super.visitMemberReference(reference, null);
    }

    private @Nullable String lockedBy(MethodInvocationTree call) {
        if (!(call.getMethodSelect() instanceof MemberSelectTree select)) {
            return null;
        }
        boolean locks = switch (select.getIdentifier().toString()) {
            case "lock", "lockInterruptibly" -> isOf("java.util.concurrent.locks.Lock", call);
            case "readLock", "writeLock", "readLockInterruptibly", "writeLockInterruptibly" ->
                isOf("java.util.concurrent.locks.StampedLock", call);
            default -> false;
        };
        return locks ? name(select.getExpression()) : null;
    }

    @Override
    @Nullable
    String whenTrue(ExpressionTree condition) {
        return condition instanceof MethodInvocationTree call
                        && call.getMethodSelect() instanceof MemberSelectTree select
                        && select.getIdentifier().contentEquals("tryLock")
                        && isOf("java.util.concurrent.locks.Lock", call)
                ? name(select.getExpression())
                : null;
    }

    private boolean isOf(String type, MethodInvocationTree call) {
        var method = element(call.getMethodSelect());
        return method != null
                && method.getEnclosingElement() instanceof TypeElement owner
                && facts.isA(owner.asType(), type);
    }

    /// The lock `this.lock` is the lock `lock`.
    private static String name(Tree lock) {
        return THIS.matcher(lock.toString()).replaceFirst("");
    }

    private static void forgetAt(MethodInvocationTree call, Set<String> locks) {
        if (locks.isEmpty()) {
            return;
        }
        if (call.getMethodSelect() instanceof MemberSelectTree select
                && (select.getIdentifier().toString().startsWith("unlock")
                        || select.getIdentifier().toString().startsWith("tryUnlock"))) {
            locks.remove(name(select.getExpression()));
        }
        call.getArguments().forEach(argument -> locks.remove(name(argument)));
    }

    @Override
    void forgetIn(TreePath code, Set<String> locks) {
        new TreePathScanner<@Nullable Void, @Nullable Void>() {
            @Override
            public @Nullable Void visitMethodInvocation(MethodInvocationTree call, @Nullable Void nothing) {
                forgetAt(call, locks);
                return super.visitMethodInvocation(call, null);
            }
        }.scan(code, null);
    }
}
