// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Says of an await in no block where it stands, in the words that its source would get, as far as the class file
/// knows: there the initialisers of an object are a part of its constructors, and a class does not know the block
/// around it.
final class AwaitRefusals {
    private final ClassModel model;
    private final Refusals refusals;
    private final Map<String, Lambda> lambdas;
    private final Set<String> bodies;

    /// Where a lambda is made.
    ///
    /// @param site the instruction
    /// @param maker the method
    record Lambda(InvokeDynamicInstruction site, MethodModel maker) {}

    /// @param lambdas where the body of each lambda is used, by the name and type of its method
    /// @param bodies the names and types of the methods that are the bodies of blocks
    AwaitRefusals(ClassModel model, Refusals refusals, Map<String, Lambda> lambdas, Set<String> bodies) {
        this.model = model;
        this.refusals = refusals;
        this.lambdas = lambdas;
        this.bodies = bodies;
    }

    void refuse(MethodModel method, int line) {
        String name = method.methodName().stringValue();
        Lambda lambda = Lambdas.isBody(method) ? lambdas.get(BlockFinder.key(method)) : null;
        String implemented = implementedBlock();
        if (lambda != null && isRefusedAsAWhole(lambda)) {
            return;
        }
        if (name.equals("<init>")) {
            refusals.refuse(Texts.CONSTRUCTOR, line, "a constructor, or in an initialiser of the object");
        } else if (name.equals("<clinit>")) {
            refusals.refuse(Texts.INITIALIZER, line);
        } else if (lambda != null) {
            String around = isInBlock(lambda) ? "inside an async block" : "outside an async block";
            refusals.refuse(
                    Texts.LAMBDA, line, simpleName(lambda.site.typeSymbol().returnType()), around);
        } else if (implemented != null) {
            refusals.refuse(Texts.ANONYMOUS, line, implemented);
        } else {
            refusals.refuse(Texts.OUTSIDE, line, "method " + name);
        }
    }

    /// Whether it is a block of several types.
    private static boolean isRefusedAsAWhole(Lambda lambda) {
        return lambda.site.bootstrapMethod().methodName().equals("altMetafactory")
                && Names.BLOCKS.containsKey(lambda.site.typeSymbol().returnType());
    }

    private boolean isInBlock(Lambda lambda) {
        var seen = new HashSet<String>();
        String around = BlockFinder.key(lambda.maker);
        for (Lambda outer = lambdas.get(around); outer != null && seen.add(around); outer = lambdas.get(around)) {
            if (bodies.contains(around)) {
                return true;
            }
            around = BlockFinder.key(outer.maker);
        }
        return bodies.contains(around);
    }

    private @Nullable String implementedBlock() {
        for (ClassEntry above : model.interfaces()) {
            if (Names.BLOCKS.containsKey(above.asSymbol())) {
                return simpleName(above.asSymbol());
            }
        }
        return null;
    }

    private static String simpleName(ClassDesc type) {
        String name = type.displayName();
        return name.substring(name.lastIndexOf('$') + 1);
    }
}
