// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.Future;
import java.io.File;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.InvokeDynamicEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is built needs `dev.wakeful.core` alone, on the module path, and neither reflection nor classes that are
/// defined at run time.
class ModulePathTest {
    @TempDir
    private Path folder;

    private static String modulePath() throws Exception {
        Path core = Path.of(
                Future.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        String jspecify = List.of(Jdk.classPath().split(File.pathSeparator, -1)).stream()
                .filter(part -> part.contains("jspecify"))
                .findFirst()
                .orElseThrow();
        return core + File.pathSeparator + jspecify;
    }

    private Path module() throws Exception {
        Path sources = Files.createDirectories(folder.resolve("src/app/inner"));
        Files.writeString(folder.resolve("src/module-info.java"), """
            module app {
                requires dev.wakeful.core;
                requires static org.jspecify;
            }
            """);
        Files.writeString(
                sources.resolve("package-info.java"), "@org.jspecify.annotations.NullMarked package app.inner;");
        Files.writeString(sources.resolve("Main.java"), """
            package app.inner;
            import static dev.wakeful.Async.*;
            import dev.wakeful.*;
            import java.util.List;
            public class Main {
                private int factor = 2;
                Future<Integer> sum(List<Future<Integer>> all) {
                    return async(() -> {
                        int sum = 0;
                        for (var one : all) { sum += factor * await(one); }
                        return sum;
                    });
                }
                public static void main(String[] args) throws Exception {
                    AsyncFunction<Integer, String> text = n -> "sum " + await(Future.ready(n));
                    var sum = new Main().sum(List.of(Future.ready(20), Future.ready(1)));
                    System.out.println(async(() -> await(text.start(await(sum)))).pollRaw(Context.of(Waker.noop())));
                    System.out.println(Main.class.getModule());
                }
            }
            """);
        return folder.resolve("src");
    }

    private Jdk.Run javac(Path sources, Path out) throws Exception {
        return Jdk.run(
                "",
                List.of(
                        "javac",
                        "-Xlint:all,-processing",
                        "-Werror",
                        "-g",
                        "--module-path",
                        modulePath(),
                        "--processor-path",
                        Javac.processorPath(),
                        "-d",
                        out.toString(),
                        sources.resolve("module-info.java").toString(),
                        sources.resolve("app/inner/package-info.java").toString(),
                        sources.resolve("app/inner/Main.java").toString()));
    }

    @Test
    void modularProjectIsCompiledAndRunsFromTheModulePath() throws Exception {
        Path out = folder.resolve("out");
        assertEquals(new Jdk.Run(0, ""), javac(module(), out));
        assertEquals(
                new Jdk.Run(0, "sum 42\nmodule app\n"),
                Jdk.java("-p", modulePath() + File.pathSeparator + out, "-m", "app/app.inner.Main"));
    }

    @Test
    void severalModulesAreCompiledInOneCall() throws Exception {
        Path root = Files.createDirectories(folder.resolve("modules"));
        Files.move(module(), root.resolve("app"));
        Path out = folder.resolve("out");
        Jdk.Run run = Jdk.run(
                "",
                List.of(
                        "javac",
                        "-g",
                        "--module-path",
                        modulePath(),
                        "--processor-path",
                        Javac.processorPath(),
                        "-d",
                        out.toString(),
                        "--module-source-path",
                        root.toString(),
                        "--module",
                        "app"));
        assertEquals(new Jdk.Run(0, ""), run);
        assertEquals(
                new Jdk.Run(0, "sum 42\nmodule app\n"),
                Jdk.java("-p", modulePath() + File.pathSeparator + out, "-m", "app/app.inner.Main"));
    }

    @Test
    void modularProjectRunsWithTheAgent() throws Exception {
        Path out = folder.resolve("out");
        Path sources = module();
        Jdk.Run plain = Jdk.run(
                "",
                List.of(
                        "javac",
                        "-proc:none",
                        "-g",
                        "--module-path",
                        modulePath(),
                        "-d",
                        out.toString(),
                        sources.resolve("module-info.java").toString(),
                        sources.resolve("app/inner/Main.java").toString()));
        assertEquals(new Jdk.Run(0, ""), plain);
        assertEquals(
                new Jdk.Run(0, "sum 42\nmodule app\n"),
                Jdk.java(
                        "-javaagent:" + Jdk.compilerJar(folder),
                        "-p",
                        modulePath() + File.pathSeparator + out,
                        "-m",
                        "app/app.inner.Main"));
    }

    @Test
    void outputHasNoReflectionAndDefinesNoClasses() {
        for (String name : Corpus.programs()) {
            Map<String, byte[]> plain = Corpus.plain(name);
            var before = new TreeSet<String>();
            plain.values().forEach(bytes -> before.addAll(calls(bytes)));
            var added = new TreeSet<String>();
            Classes.async(plain).values().forEach(bytes -> added.addAll(calls(bytes)));
            added.removeAll(before);
            assertTrue(added.contains("dev/wakeful/machine/Machine.<init>"), added.toString());
            var others = new ArrayList<>(added);
            others.removeIf(call -> call.startsWith("dev/wakeful/") || call.startsWith(name));
            for (String call : others) {
                assertTrue(
                        call.matches("java/lang/(Integer|Long|Short|Byte|Character|Float|Double|Boolean)\\."
                                + "(valueOf|\\w+Value)|java/lang/Object\\.<init>|java/util/Objects\\.requireNonNull"),
                        call);
            }
        }
    }

    /// The methods and fields that a class names, and its dynamic call sites.
    private static TreeSet<String> calls(byte[] bytes) {
        ClassModel model = ClassFile.of().parse(bytes);
        var calls = new TreeSet<String>();
        for (PoolEntry entry : model.constantPool()) {
            if (entry instanceof MemberRefEntry member) {
                calls.add(member.owner().asInternalName() + "." + member.name().stringValue());
            } else if (entry instanceof InvokeDynamicEntry site) {
                calls.add("dynamic " + site.bootstrap().bootstrapMethod());
            }
        }
        return calls;
    }
}
