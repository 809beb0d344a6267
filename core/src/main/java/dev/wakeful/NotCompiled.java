// SPDX-License-Identifier: Apache-2.0
package dev.wakeful;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// The future of a block that the compiler has not seen: fails at its first poll and says what to do. With
/// `-Dwakeful.await=block` there is a [ThreadBlock] in its place.
record NotCompiled<T extends @Nullable Object>(String block) implements Future<T> {
    private static final String MODE = "wakeful.await";

    static <T extends @Nullable Object> Future<T> start(Object block, Callable<T> body) {
        String type = block.getClass().getName();
        int lambda = type.indexOf("$$Lambda");
        String name = lambda < 0 ? type : "in " + type.substring(0, lambda);
        return "block".equals(System.getProperty(MODE)) ? new ThreadBlock<>(name, body) : new NotCompiled<>(name);
    }

    @Override
    public Poll<T> poll(Context cx) {
        throw new IllegalStateException(message(block));
    }

    /// What stands in the code of a block that was not compiled.
    @SuppressWarnings({"unchecked", "NullAway"}) // what a future of T gives is a T
    static <T extends @Nullable Object> T await(Future<T> future) throws Exception {
        ThreadBlock<?> running = ThreadBlock.current();
        if (running == null) {
            throw new IllegalStateException(message("around await(" + future + ")"));
        }
        return (T) running.await(future);
    }

    private static String message(String block) {
        return "the async block " + block
                + " was not compiled; add the compiler to the build, with \"annotationProcessor"
                + " 'dev.wakeful:wakeful-compiler:VERSION'\" in Gradle, as a path of annotationProcessorPaths in"
                + " Maven, with --processor-path wakeful-compiler.jar for javac, or with"
                + " -javaagent:wakeful-compiler.jar for java File.java";
    }

    @Override
    public void describe(Description to) {
        to.label("uncompiled block " + block);
    }
}
