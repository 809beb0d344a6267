// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.constantpool.FieldRefEntry;
import java.lang.constant.ClassDesc;
import org.jspecify.annotations.Nullable;

/// The entries of a constant pool for the fields of a machine. Each is looked up when it is first named, so that the
/// order of the pool is that of the code, and then known: a look-up costs more than the instruction.
final class FieldRefs {
    private final ClassDesc machine;
    private final @Nullable FieldRefEntry[] known;

    FieldRefs(ClassDesc machine, int fields) {
        this.machine = machine;
        this.known = new FieldRefEntry[fields];
    }

    FieldRefEntry of(Layout.Field field, CodeBuilder out) {
        FieldRefEntry entry = known[field.index];
        if (entry == null) {
            entry = out.constantPool().fieldRefEntry(machine, field.name, field.type());
            known[field.index] = entry;
        }
        return entry;
    }
}
