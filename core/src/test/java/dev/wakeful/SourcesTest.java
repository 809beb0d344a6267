// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.fixture.StepExecutor;
import dev.wakeful.internal.Sources;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What reports say of a future written by hand: class, file and line.
class SourcesTest {
    private static final int LINE = here() + 5;

    private static final class Forgetful implements Future<Integer> {
        @Override
        public Poll<Integer> poll(Context cx) {
            return Poll.pending();
        }
    }

    private static final class Checked extends CheckedFuture<Integer> {
        static final int LINE = here() + 4;

        @Override
        protected Object advance(Context cx) {
            return PENDING;
        }
    }

    private static int here() {
        return StackWalker.getInstance()
                .walk(frames -> frames.skip(1).findFirst().orElseThrow())
                .getLineNumber();
    }

    @Test
    void theReportOfAWakerThatWasNotAskedForNamesClassFileAndLine() {
        var executor = new StepExecutor();
        var task = executor.spawn(new Forgetful());
        executor.runAll();
        var lost = assertThrows(LostWakerException.class, () -> StepExecutor.result(task));
        assertEquals(
                "SourcesTest.Forgetful (SourcesTest.java:" + LINE
                        + ") returned Pending without having asked for its waker, so nothing can ever wake task 1;"
                        + " take cx.waker() in the poll and wake it when there is progress",
                lost.getMessage());
    }

    @Test
    void aCheckedFutureHasTheLineOfAdvance() {
        assertEquals("SourcesTest.Checked (SourcesTest.java:" + Checked.LINE + ")", new Checked().toString());
    }

    @Test
    void pollingTwiceNamesClassFileAndLine() throws Exception {
        int line = here() + 4;
        var once = new CheckedFuture<Integer>() {
            @Override
            protected Object advance(Context cx) {
                return 1;
            }
        };
        once.poll(Context.of(Waker.noop()));
        var refused = assertThrows(IllegalStateException.class, () -> once.poll(Context.of(Waker.noop())));
        assertEquals(
                "future was polled after it had returned Ready: SourcesTest.1 (SourcesTest.java:" + line + ")"
                        + "; await a future once, make a new one for each await, or let shared() give it to many",
                refused.getMessage());
    }

    @Test
    void aLambdaHasTheNameOfItsClassAndTheLinesOfItsLambdas() {
        int line = here() + 1;
        Future<Integer> lambda = cx -> Poll.ready(1);
        assertEquals("lambda in SourcesTest (SourcesTest.java:" + line + ")", Sources.of(lambda));
    }

    private static final String COMPACT = """
        import dev.wakeful.*;

        static class Count implements Future<Integer> {

            public Poll<Integer> poll(Context cx) {
                return Poll.pending();
            }
        }

        void main() {}
        """;

    @Test
    void aCompactSourceFileThatGivesItsClassFilesOutHasItsLines() throws Exception {
        var loader = new MemoryLoader(compile("Main", COMPACT), true);
        var count = loader.loadClass("Main$Count").getDeclaredConstructors()[0];
        count.setAccessible(true);
        assertEquals("Main.Count (Main.java:6)", Sources.of(count.newInstance(new Object[count.getParameterCount()])));
    }

    @Test
    void aClassWithoutAClassFileHasItsName() throws Exception {
        var loader = new MemoryLoader(compile("Main", COMPACT), false);
        var count = loader.loadClass("Main$Count").getDeclaredConstructors()[0];
        count.setAccessible(true);
        assertEquals("Main.Count", Sources.of(count.newInstance(new Object[count.getParameterCount()])));
    }

    private static Map<String, byte[]> compile(String name, String text) throws Exception {
        var javac = ToolProvider.getSystemJavaCompiler();
        var classes = new ConcurrentHashMap<String, byte[]>();
        var problems = new DiagnosticCollector<JavaFileObject>();
        var source = new SimpleJavaFileObject(URI.create("memory:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }
        };
        try (var files =
                new ForwardingJavaFileManager<JavaFileManager>(javac.getStandardFileManager(problems, null, null)) {
                    @Override
                    public JavaFileObject getJavaFileForOutput(
                            Location location,
                            String className,
                            JavaFileObject.Kind kind,
                            @Nullable FileObject sibling) {
                        return new SimpleJavaFileObject(URI.create("memory:///" + className + ".class"), kind) {
                            @Override
                            public java.io.OutputStream openOutputStream() {
                                return new java.io.ByteArrayOutputStream() {
                                    @Override
                                    public void close() {
                                        classes.put(className, toByteArray());
                                    }
                                };
                            }
                        };
                    }
                }) {
            var options = List.of("-classpath", System.getProperty("java.class.path"), "-g");
            boolean done = javac.getTask(null, files, problems, options, null, List.of(source))
                    .call();
            assertTrue(done, problems.getDiagnostics().toString());
        }
        return classes;
    }

    private static final class MemoryLoader extends ClassLoader {
        private final Map<String, byte[]> classes;
        private final boolean givesClassFiles;

        MemoryLoader(Map<String, byte[]> classes, boolean givesClassFiles) {
            super(SourcesTest.class.getClassLoader());
            this.classes = classes;
            this.givesClassFiles = givesClassFiles;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            byte[] bytes = classes.get(name);
            if (bytes == null) {
                throw new ClassNotFoundException(name);
            }
            return defineClass(name, bytes, 0, bytes.length);
        }

        @Override
        public @Nullable InputStream getResourceAsStream(String name) {
            byte[] bytes = classes.get(name.replace(".class", "").replace('/', '.'));
            return givesClassFiles && bytes != null ? new java.io.ByteArrayInputStream(bytes) : null;
        }
    }
}
