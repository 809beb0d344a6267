// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.util.List;
import java.util.Map;

/// The async compiler for one class file: what every door calls.
///
/// The output is a function of the input: the same bytes in, the same bytes out.
public final class AsyncCompiler {
    private static final String MARK = "dev/wakeful/Async";

    private AsyncCompiler() {}

    /// What became of a class.
    ///
    /// @param classes the new classes by internal name, the given one first; empty when it is to stay as it is
    /// @param problems what was refused; then there are no classes
    public record Result(Map<String, byte[]> classes, List<Problem> problems) {}

    /// Compiles the async blocks of a class.
    ///
    /// A class without blocks, and one that was compiled before, stays as it is.
    ///
    /// @param classFile the class file
    /// @return the new classes, or what is refused
    /// @throws IllegalArgumentException when the class file is malformed
    public static Result compile(byte[] classFile) {
        return compile(classFile, false);
    }

    /// As [#compile], with a class initialiser that asks the agent for the machines, which no file holds.
    static Result compileAtLoad(byte[] classFile) {
        return compile(classFile, true);
    }

    private static Result compile(byte[] classFile, boolean atLoad) {
        ClassFile reading = ClassFile.of(ClassFile.AttributeMapperOption.of(BlocksAttribute::mapper));
        ClassModel model = reading.parse(classFile);
        if (!isMarked(model)) {
            return new Result(Map.of(), List.of());
        }
        var compiler = new ClassCompiler(model, atLoad);
        return new Result(compiler.compile(), compiler.problems());
    }

    /// A look at the constant pool: most classes have nothing of ours, and their code is never parsed.
    private static boolean isMarked(ClassModel model) {
        for (PoolEntry entry : model.constantPool()) {
            if (entry instanceof Utf8Entry text && text.stringValue().contains(MARK)) {
                return true;
            }
        }
        return false;
    }
}
