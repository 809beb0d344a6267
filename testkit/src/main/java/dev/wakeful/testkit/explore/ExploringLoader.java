// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit.explore;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Loads the classes under test anew, instrumented; everything else comes from the parent. Used by one thread, the one
/// that explores.
final class ExploringLoader extends ClassLoader {
    private static final String KIT = "dev.wakeful.testkit.";

    private final String scenario;
    private final Set<String> prefixes;
    private final Instrumentation instrumentation = new Instrumentation(this::classFile);

    /// @param scenario the class of the model, which is instrumented with those nested in it
    /// @param prefixes how the names of other classes to instrument begin
    ExploringLoader(Class<?> scenario, Set<String> prefixes) {
        super("explorer", scenario.getClassLoader());
        Class<?> outermost = scenario;
        while (outermost.getEnclosingClass() != null) {
            outermost = outermost.getEnclosingClass();
        }
        this.scenario = outermost.getName();
        this.prefixes = prefixes;
    }

    private boolean isUnderTest(String name) {
        if (name.startsWith(scenario)
                && (name.length() == scenario.length() || name.charAt(scenario.length()) == '$')) {
            return true;
        }
        return !name.startsWith(KIT) && prefixes.stream().anyMatch(name::startsWith);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        Class<?> loaded = findLoadedClass(name);
        if (loaded != null) {
            return loaded;
        }
        byte[] bytes = isUnderTest(name) ? classFile(name.replace('.', '/')) : null;
        if (bytes == null) {
            return super.loadClass(name, resolve);
        }
        byte[] instrumented = instrumentation.instrument(bytes);
        return defineClass(name, instrumented, 0, instrumented.length);
    }

    private byte @Nullable [] classFile(String internalName) {
        try (InputStream in = getParent().getResourceAsStream(internalName + ".class")) {
            return in == null ? null : in.readAllBytes();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
