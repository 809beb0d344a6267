// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler.assembler;

import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.ConstantPoolBuilder;
import java.lang.classfile.constantpool.NameAndTypeEntry;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.HashMap;
import java.util.Map;

/// The constant pool of a class that is read and written anew: that of the class, with what is added.
public final class HostPool extends Pool {
    private final ConstantPoolBuilder entries;
    private final Map<String, Integer> texts = new HashMap<>();
    private final Map<ClassDesc, ClassEntry> classes = new HashMap<>();

    /// The pool of a class.
    ///
    /// @param entries the entries
    public HostPool(ConstantPoolBuilder entries) {
        this.entries = entries;
    }

    /// All entries.
    ///
    /// @return the entries
    public ConstantPoolBuilder entries() {
        return entries;
    }

    @Override
    int text(String text) {
        Integer known = texts.get(text);
        if (known == null) {
            known = entries.utf8Entry(text).index();
            texts.put(text, known);
        }
        return known;
    }

    @Override
    int number(int value) {
        return entries.intEntry(value).index();
    }

    @Override
    int string(String text) {
        return entries.stringEntry(text).index();
    }

    private ClassEntry entry(ClassDesc type) {
        ClassEntry known = classes.get(type);
        if (known == null) {
            known = entries.classEntry(type);
            classes.put(type, known);
        }
        return known;
    }

    @Override
    int type(ClassDesc type) {
        return entry(type).index();
    }

    @Override
    int newField(ClassDesc owner, String name, ClassDesc type) {
        ClassEntry of = entry(owner);
        return entries.fieldRefEntry(of, entries.nameAndTypeEntry(name, type)).index();
    }

    @Override
    int newMethod(ClassDesc owner, String name, MethodTypeDesc type, boolean isInterface) {
        ClassEntry of = entry(owner);
        NameAndTypeEntry method = entries.nameAndTypeEntry(name, type);
        return isInterface
                ? entries.interfaceMethodRefEntry(of, method).index()
                : entries.methodRefEntry(of, method).index();
    }
}
