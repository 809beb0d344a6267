// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.annotation.processing.Processor;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/// Java source in memory, compiled by javac into class files in memory.
final class JavaSource {
    private JavaSource() {}

    /// What javac made of a source.
    ///
    /// @param classes the class files by name with dots
    /// @param diagnostics what it said
    record Compiled(Map<String, byte[]> classes, List<Diagnostic<? extends JavaFileObject>> diagnostics) {
        Compiled orFail() {
            for (var diagnostic : diagnostics) {
                if (diagnostic.getKind() == Diagnostic.Kind.ERROR) {
                    throw new AssertionError(diagnostic.toString());
                }
            }
            return this;
        }
    }

    static Compiled compile(String name, String text, List<Processor> processors, String... options) {
        return compile(Map.of(name, text), processors, options);
    }

    static Compiled compile(Map<String, String> texts, List<Processor> processors, String... options) {
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        var diagnostics = new DiagnosticCollector<JavaFileObject>();
        var memory = new Memory(javac.getStandardFileManager(diagnostics, null, null));
        var all = new ArrayList<String>(List.of("-classpath", System.getProperty("java.class.path")));
        all.addAll(List.of(options));
        if (processors.isEmpty()) {
            all.add("-proc:none");
        }
        List<JavaFileObject> sources = new ArrayList<>();
        texts.forEach((name, text) -> sources.add(new Text(name, text)));
        var task = javac.getTask(null, memory, diagnostics, all, null, sources);
        task.setProcessors(processors);
        boolean _ = task.call();
        var classes = new LinkedHashMap<String, byte[]>();
        memory.files.forEach((name, file) ->
                classes.put(name.substring(0, name.length() - ".class".length()).replace('/', '.'), file.bytes()));
        return new Compiled(classes, diagnostics.getDiagnostics());
    }

    private static final class Text extends SimpleJavaFileObject {
        private final String text;

        Text(String name, String text) {
            super(URI.create("mem:///" + name.replace('.', '/') + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    private static final class Written extends SimpleJavaFileObject {
        private byte[] bytes = {};

        Written(String path) {
            super(URI.create("mem:///" + path), Kind.CLASS);
        }

        byte[] bytes() {
            return bytes;
        }

        @Override
        public OutputStream openOutputStream() {
            return new ByteArrayOutputStream() {
                @Override
                public void close() {
                    bytes = toByteArray();
                }
            };
        }

        @Override
        public java.io.InputStream openInputStream() {
            return new java.io.ByteArrayInputStream(bytes);
        }
    }

    private static final class Memory extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, Written> files = new HashMap<>();

        Memory(JavaFileManager standard) {
            super(standard);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
            return file(className.replace('.', '/') + kind.extension);
        }

        @Override
        public FileObject getFileForOutput(
                Location location, String packageName, String relativeName, FileObject sibling) throws IOException {
            return file(packageName.isEmpty() ? relativeName : packageName.replace('.', '/') + "/" + relativeName);
        }

        private Written file(String path) {
            return files.computeIfAbsent(path, Written::new);
        }
    }
}
