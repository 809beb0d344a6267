// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Compiled classes: through the async compiler, checked, and loaded.
final class Classes {
    private Classes() {}

    /// All classes after the async compiler.
    static Map<String, byte[]> async(Map<String, byte[]> plain) {
        var all = new LinkedHashMap<>(plain);
        for (byte[] bytes : plain.values()) {
            AsyncCompiler.Result result = AsyncCompiler.compile(bytes);
            if (!result.problems().isEmpty()) {
                throw new AssertionError(result.problems().toString());
            }
            result.classes().forEach((name, made) -> all.put(name.replace('/', '.'), made));
        }
        return all;
    }

    /// Fails unless every class verifies, on paper and in the JVM.
    static ClassLoader load(Map<String, byte[]> classes) {
        ClassFile context = context(classes);
        classes.forEach((name, bytes) -> {
            List<VerifyError> errors = context.verify(bytes);
            if (!errors.isEmpty()) {
                throw new AssertionError(name + ": " + errors);
            }
        });
        return define(classes);
    }

    /// Reads and writes class files that know each other.
    static ClassFile context(Map<String, byte[]> classes) {
        var resolver = ClassHierarchyResolver.ofResourceParsing(name -> {
                    String binary = name.packageName().isEmpty()
                            ? name.displayName()
                            : name.packageName() + "." + name.displayName();
                    byte[] bytes = classes.get(binary);
                    return bytes == null
                            ? Classes.class.getClassLoader().getResourceAsStream(binary.replace('.', '/') + ".class")
                            : new java.io.ByteArrayInputStream(bytes);
                })
                .orElse(ClassHierarchyResolver.defaultResolver())
                .cached();
        return ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(resolver));
    }

    private static ClassLoader define(Map<String, byte[]> classes) {
        var loader = new ClassLoader(Classes.class.getClassLoader()) {
            @Override
            protected Class<?> findClass(String name) throws ClassNotFoundException {
                byte[] bytes = classes.get(name);
                if (bytes == null) {
                    throw new ClassNotFoundException(name);
                }
                return defineClass(name, bytes, 0, bytes.length);
            }
        };
        for (String name : classes.keySet()) {
            try {
                var _ = Class.forName(name, false, loader).getDeclaredMethods(); // links the class, which verifies it
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(name, e);
            }
        }
        return loader;
    }
}
