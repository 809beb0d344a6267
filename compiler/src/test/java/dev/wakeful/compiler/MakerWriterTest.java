// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.compiler.assembler.Assembler;
import dev.wakeful.compiler.assembler.FrameType;
import dev.wakeful.compiler.assembler.HostPool;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.constantpool.ConstantPoolBuilder;
import java.lang.reflect.AccessFlag;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Classes of the JDK, whose code has every form: written anew it must be what it was.
class MakerWriterTest {
    private static byte[] bytesOf(Class<?> type) throws Exception {
        String file = type.getName().replace('.', '/') + ".class";
        try (InputStream in = ClassLoader.getSystemResourceAsStream(file)) {
            return Objects.requireNonNull(in).readAllBytes();
        }
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                String.class,
                Character.class,
                Math.class,
                java.math.BigInteger.class,
                java.math.BigDecimal.class,
                java.util.HashMap.class,
                java.util.ArrayList.class,
                java.util.Formatter.class,
                java.util.TreeMap.class,
                java.util.concurrent.ConcurrentHashMap.class,
                java.util.regex.Pattern.class,
                java.time.LocalDate.class
            })
    void codeWithoutBlocksComesOutAsItWas(Class<?> type) throws Exception {
        byte[] original = bytesOf(type);
        ClassFile context =
                ClassFile.of(ClassFile.StackMapsOption.DROP_STACK_MAPS, ClassFile.DeadCodeOption.KEEP_DEAD_CODE);
        ClassModel model = context.parse(original);
        var pool = new HostPool(ConstantPoolBuilder.of(model));
        byte[] written = context.build(
                model.thisClass(),
                pool.entries(),
                out -> model.forEach(element -> {
                    if (element instanceof MethodModel method && method.code().isPresent()) {
                        out.withMethod(
                                method.methodName(),
                                method.methodType(),
                                method.flags().flagsMask(),
                                to -> {
                                    method.forEach(part -> {
                                        if (part instanceof CodeAttribute code && MakerWriter.canCopy(code)) {
                                            Assembler copy = new Assembler(
                                                    pool, receiver(method), method.methodTypeSymbol(), false);
                                            new MakerWriter(code, code.elementList(), new CallSites(), copy).write();
                                            assertTrue(copy.fits());
                                            to.with(copy.finish());
                                        } else {
                                            to.with(part);
                                        }
                                    });
                                });
                    } else {
                        out.with(element);
                    }
                }));
        assertSame(context.parse(original), context.parse(written));
        assertEquals(ClassFile.of().verify(original), ClassFile.of().verify(written));
    }

    private static FrameType receiver(MethodModel method) {
        if (method.flags().has(AccessFlag.STATIC)) {
            return null;
        }
        return method.methodName().equalsString("<init>")
                ? FrameType.UNINITIALIZED_THIS
                : FrameType.object(method.parent().orElseThrow().thisClass().asSymbol());
    }

    private static void assertSame(ClassModel expected, ClassModel found) {
        assertEquals(expected.methods().size(), found.methods().size());
        for (int i = 0; i < expected.methods().size(); i++) {
            MethodModel method = expected.methods().get(i);
            if (method.code().orElse(null) instanceof CodeAttribute code) {
                var other = (CodeAttribute) found.methods().get(i).code().orElseThrow();
                String name = method.methodName().stringValue();
                assertArrayEquals(code.codeArray(), other.codeArray(), name);
                assertEquals(code.maxStack(), other.maxStack(), name);
                assertTrue(other.maxLocals() <= code.maxLocals(), name);
                assertEquals(text(code), text(other), name);
            }
        }
    }

    /// Instructions, frames and tables, with the names of labels replaced by their offsets.
    private static String text(CodeAttribute code) {
        var text = new StringBuilder();
        code.exceptionHandlers()
                .forEach(row -> text.append(code.labelToBci(row.tryStart()))
                        .append(' ')
                        .append(code.labelToBci(row.tryEnd()))
                        .append(' ')
                        .append(code.labelToBci(row.handler()))
                        .append(row.catchType())
                        .append('\n'));
        code.findAttribute(java.lang.classfile.Attributes.lineNumberTable())
                .ifPresent(table -> table.lineNumbers()
                        .forEach(row -> text.append(row.startPc())
                                .append(" line ")
                                .append(row.lineNumber())
                                .append('\n')));
        code.findAttribute(java.lang.classfile.Attributes.stackMapTable())
                .ifPresent(table -> table.entries()
                        .forEach(frame -> text.append(code.labelToBci(frame.target()))
                                .append(" frame of ")
                                .append(frame.frameType())
                                .append(' ')
                                .append(frame.locals().size())
                                .append(' ')
                                .append(frame.stack().size())
                                .append('\n')));
        return text.toString();
    }
}
