// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/// The async compiler for one class file: what every door calls.
///
/// The output is a function of the input: the same bytes in, the same bytes out.
public final class AsyncCompiler {
    /// Most classes have nothing of ours, and are never parsed.
    private static final String MARK = "dev/wakeful/Async";

    /// The bytes of magic number and version.
    private static final int HEAD = 8;

    private static final ClassFile READING = ClassFile.of(ClassFile.AttributeMapperOption.of(BlocksAttribute::mapper));

    private AsyncCompiler() {}

    /// What became of a class.
    ///
    /// @param classes the new classes by internal name, the given one first; empty when it is to stay as it is
    /// @param problems what was refused; then there are no classes
    /// @param notes what a build should say all the same
    public record Result(Map<String, byte[]> classes, List<Problem> problems, List<Problem> notes) {}

    /// Compiles the async blocks of a class.
    ///
    /// A class without blocks, and one that was compiled before, stays as it is.
    ///
    /// @param classFile the class file
    /// @return the new classes, or what is refused
    /// @throws IllegalArgumentException when the class file is malformed, or newer than what this JDK reads
    public static Result compile(byte[] classFile) {
        return compile(classFile, false);
    }

    /// As [#compile], with a class initialiser that asks the agent for the machines, which no file holds.
    static Result compileAtLoad(byte[] classFile) {
        return compile(classFile, true);
    }

    /// Whether a class has blocks that are not compiled.
    static boolean hasBlocks(byte[] classFile) {
        return Bytes.contain(classFile, MARK)
                && !BlocksAttribute.isNamedIn(classFile)
                && !compile(classFile).classes().isEmpty();
    }

    private static Result compile(byte[] classFile, boolean atLoad) {
        ByteBuffer head = ByteBuffer.wrap(classFile);
        if (classFile.length < HEAD || head.getInt() != ClassFile.MAGIC_NUMBER) {
            throw new IllegalArgumentException("it is no class file");
        }
        if (!Bytes.contain(classFile, MARK)) {
            return new Result(Map.of(), List.of(), List.of());
        }
        int version = head.getInt() & 0xFFFF;
        if (version > ClassFile.latestMajorVersion()) {
            throw new IllegalArgumentException(
                    "its class-file version is %d, and this JDK reads none above %d; run the compiler on a newer JDK"
                            .formatted(version, ClassFile.latestMajorVersion()));
        }
        ClassModel model = READING.parse(classFile);
        var refusals = new Refusals(model);
        Map<String, byte[]> classes = new ClassCompiler(model, classFile, atLoad, refusals).compile();
        return new Result(classes, refusals.problems(), refusals.notes());
    }
}
