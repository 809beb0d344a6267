// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler.assembler;

import java.lang.classfile.constantpool.PoolEntry;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import org.jspecify.annotations.Nullable;

/// The constant pool of a new class.
final class NewPool extends Pool {
    /// A power of two.
    private static final int PLACES = 32;

    private final Entries entries = new Entries();

    /// The types that were named last, and their entries.
    private final @Nullable ClassDesc[] types = new ClassDesc[PLACES];

    private final int[] known = new int[PLACES];

    @Override
    int text(String text) {
        return entries.text(text);
    }

    @Override
    int number(int value) {
        return entries.of(PoolEntry.TAG_INTEGER, value >>> 16, value & 0xFFFF);
    }

    @Override
    int string(String text) {
        return entries.of(PoolEntry.TAG_STRING, text(text));
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // of types that are equal but not the same, each costs a look
    int type(ClassDesc type) {
        int place = type.hashCode() & (PLACES - 1);
        if (types[place] != type) {
            types[place] = type;
            known[place] = add(type);
        }
        return known[place];
    }

    private int add(ClassDesc type) {
        String descriptor = type.descriptorString();
        boolean isArray = type.isArray();
        return entries.of(
                PoolEntry.TAG_CLASS, text(isArray ? descriptor : descriptor.substring(1, descriptor.length() - 1)));
    }

    @Override
    int newField(ClassDesc owner, String name, ClassDesc type) {
        int of = type(owner);
        return entries.of(PoolEntry.TAG_FIELDREF, of, nameAndType(name, type.descriptorString()));
    }

    @Override
    int newMethod(ClassDesc owner, String name, MethodTypeDesc type, boolean isInterface) {
        int of = type(owner);
        int tag = isInterface ? PoolEntry.TAG_INTERFACE_METHODREF : PoolEntry.TAG_METHODREF;
        return entries.of(tag, of, nameAndType(name, type.descriptorString()));
    }

    private int nameAndType(String name, String descriptor) {
        int first = text(name);
        return entries.of(PoolEntry.TAG_NAME_AND_TYPE, first, text(descriptor));
    }

    void write(Buffer out) {
        entries.write(out);
    }
}
