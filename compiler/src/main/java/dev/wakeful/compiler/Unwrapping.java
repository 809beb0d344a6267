// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.lang.reflect.Field;
import javax.annotation.processing.ProcessingEnvironment;
import org.jspecify.annotations.Nullable;

/// Finds javac's own environment behind those that build tools wrap around it.
final class Unwrapping {
    private static final int DEPTH = 8;

    private Unwrapping() {}

    /// The innermost environment.
    static ProcessingEnvironment javacs(ProcessingEnvironment environment) {
        ProcessingEnvironment at = environment;
        for (int depth = 0; depth < DEPTH; depth++) {
            ProcessingEnvironment inner = ofIntelliJ(at);
            if (inner == null || inner == at) {
                inner = inAField(at);
            }
            if (inner == null || inner == at) {
                return at;
            }
            at = inner;
        }
        return at;
    }

    /// IntelliJ offers this way itself.
    private static @Nullable ProcessingEnvironment ofIntelliJ(ProcessingEnvironment wrapper) {
        ClassLoader loader = wrapper.getClass().getClassLoader();
        try {
            return (ProcessingEnvironment) Class.forName("org.jetbrains.jps.javac.APIWrappers", true, loader)
                    .getDeclaredMethod("unwrap", Class.class, Object.class)
                    .invoke(null, ProcessingEnvironment.class, wrapper);
        } catch (ReflectiveOperationException notIntelliJ) {
            return null;
        }
    }

    /// Gradle wraps the environment of a processor that its incremental builds know, and keeps javac's in a field.
    private static @Nullable ProcessingEnvironment inAField(ProcessingEnvironment wrapper) {
        for (Field field : wrapper.getClass().getDeclaredFields()) {
            if (field.getType() == ProcessingEnvironment.class) {
                try {
                    field.setAccessible(true);
                    return (ProcessingEnvironment) field.get(wrapper);
                } catch (IllegalAccessException | RuntimeException hidden) {
                    return null;
                }
            }
        }
        return null;
    }
}
