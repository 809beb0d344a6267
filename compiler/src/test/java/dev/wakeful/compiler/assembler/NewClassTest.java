// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler.assembler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.TypeKind;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.HashSet;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// Classes that are written from nothing, read back by the API and loaded.
class NewClassTest {
    private static final ClassDesc SELF = ClassDesc.of("dev.wakeful.compiler.assembler.Made");
    private static final ClassDesc OBJECT = ConstantDescs.CD_Object;
    private static final ClassDesc SUPPLIER = ClassDesc.of("java.util.function.Supplier");
    private static final MethodTypeDesc GET = MethodTypeDesc.of(OBJECT);

    private static NewClass supplier() {
        var made = new NewClass(69, 0, ClassFile.ACC_FINAL | ClassFile.ACC_SUPER, SELF, OBJECT, SUPPLIER);
        made.field("kept", OBJECT);
        made.method("<init>", ConstantDescs.MTD_void, ClassFile.ACC_PUBLIC)
                .aload(0)
                .callSpecial(OBJECT, "<init>", ConstantDescs.MTD_void, false)
                .end(TypeKind.VOID);
        return made;
    }

    private static byte[] supplierOf(String text) {
        NewClass made = supplier();
        Assembler get = made.method("get", GET, ClassFile.ACC_PUBLIC);
        get.aload(0).constant(text).put(SELF, "kept", OBJECT);
        get.aload(0).get(SELF, "kept", OBJECT).areturn();
        return made.toBytes("Made.java");
    }

    @Test
    void classIsReadAsItWasWritten() {
        ClassModel read = ClassFile.of().parse(supplierOf("text"));
        assertEquals(69, read.majorVersion());
        assertEquals(SELF, read.thisClass().asSymbol());
        assertEquals(OBJECT, read.superclass().orElseThrow().asSymbol());
        assertEquals(SUPPLIER, read.interfaces().getFirst().asSymbol());
        assertEquals("kept", read.fields().getFirst().fieldName().stringValue());
        assertEquals(OBJECT, read.fields().getFirst().fieldTypeSymbol());
        assertEquals(
                List.of("<init>", "get"),
                read.methods().stream()
                        .map(method -> method.methodName().stringValue())
                        .toList());
        assertEquals(
                "Made.java",
                read.findAttribute(Attributes.sourceFile())
                        .orElseThrow()
                        .sourceFile()
                        .stringValue());
        assertEquals(List.of(), ClassFile.of().verify(read));
    }

    @Test
    void classRunsAndItsTextHasEveryCharacter() throws Throwable {
        String text = "a\0b\u007f\u0080\u07ff\u0800\uffff\ud83d\ude00 lone \ud800";
        MethodHandles.Lookup made = MethodHandles.lookup().defineHiddenClass(supplierOf(text), true);
        var supplier = (Supplier<?>) made.findConstructor(made.lookupClass(), MethodType.methodType(void.class))
                .asType(MethodType.methodType(Supplier.class))
                .invokeWithArguments();
        assertEquals(text, supplier.get());
    }

    @Test
    void eachConstantStandsOnce() {
        var seen = new HashSet<String>();
        for (PoolEntry entry : ClassFile.of().parse(supplierOf("kept")).constantPool()) {
            assertTrue(seen.add(entry.tag() + " " + entry), entry.toString());
        }
    }

    @Test
    void constantsAreInTheOrderOfTheirFirstUse() {
        var read = ClassFile.of().parse(supplierOf("text")).constantPool();
        assertEquals("dev/wakeful/compiler/assembler/Made", ((Utf8Entry) read.entryByIndex(1)).stringValue());
        assertEquals("java/lang/Object", ((Utf8Entry) read.entryByIndex(3)).stringValue());
        assertEquals("Made.java", ((Utf8Entry) read.entryByIndex(read.size() - 1)).stringValue());
    }

    @Test
    void classWithoutSourceFileSaysNone() {
        assertTrue(ClassFile.of().parse(supplier().toBytes("")).attributes().isEmpty());
    }

    @Test
    void textThatIsTooLongForAConstantIsRefused() {
        var failure = assertThrows(IllegalArgumentException.class, () -> supplierOf("\u0800".repeat(21_846)));
        assertEquals("a text of 65538 bytes is too long for a constant", failure.getMessage());
    }

    @Test
    void methodThatIsTooLongIsRefused() {
        NewClass made = supplier();
        Assembler code = made.method("long", ConstantDescs.MTD_void, ClassFile.ACC_STATIC);
        for (int i = 0; i < 65_535; i++) {
            code.nop();
        }
        code.end(TypeKind.VOID);
        var failure = assertThrows(IllegalArgumentException.class, () -> made.toBytes(""));
        assertEquals("a method of 65536 bytes is too long", failure.getMessage());
    }

    @Test
    void moreConstantsThanAClassCanHaveAreRefused() {
        NewClass made = supplier();
        var failure = assertThrows(IllegalArgumentException.class, () -> {
            for (int i = 0; i < 65_535; i++) {
                made.field("f" + i, OBJECT);
            }
        });
        assertEquals("a class cannot have more than 65534 constants", failure.getMessage());
    }
}
