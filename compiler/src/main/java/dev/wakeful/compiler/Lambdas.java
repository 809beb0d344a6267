// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.lang.classfile.MethodModel;
import java.lang.reflect.AccessFlag;

/// What compilers make of the body of a lambda: a private method, synthetic (javac, ecj) or not (Kotlin).
final class Lambdas {
    /// Stands in the names that Kotlin gives, as in `main$lambda$0`.
    private static final String KOTLIN = "$lambda$";

    private static final String JAVAC = "lambda$";

    private Lambdas() {}

    static boolean isBody(MethodModel method) {
        return method.flags().has(AccessFlag.PRIVATE)
                && (method.flags().has(AccessFlag.SYNTHETIC)
                        || method.methodName().stringValue().contains(KOTLIN));
    }

    /// The method that the programmer wrote the lambda in: `main` of `lambda$main$0`.
    static String sourceName(String name) {
        int kotlin = name.indexOf(KOTLIN);
        if (kotlin > 0) {
            return name.substring(0, kotlin);
        }
        int end = name.lastIndexOf('$');
        boolean isJavacs = name.startsWith(JAVAC) && end >= JAVAC.length() && name.indexOf('$', JAVAC.length()) == end;
        return isJavacs ? name.substring(JAVAC.length(), end) : "block";
    }
}
