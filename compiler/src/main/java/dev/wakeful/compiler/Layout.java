// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The fields of a machine: each state keeps its values in them, and states share them.
///
/// A resume restores everything and a suspension saves everything, so a value need not keep its field, and the number
/// of fields of a kind is the largest that one state needs.
final class Layout {
    private final List<Field> fields = new ArrayList<>();
    private final Set<ClassDesc> castable;

    Layout(Set<ClassDesc> castable) {
        this.castable = castable;
    }

    /// A field; a reference field that values of several types share is of type `Object`.
    static final class Field {
        final int index;
        final String name;
        final char kind;
        private @Nullable ClassDesc exact;
        private final boolean fixed;

        Field(int index, String name, char kind, @Nullable ClassDesc exact, boolean fixed) {
            this.index = index;
            this.name = name;
            this.kind = kind;
            this.exact = exact;
            this.fixed = fixed;
        }

        ClassDesc type() {
            return switch (kind) {
                case 'I' -> ConstantDescs.CD_int;
                case 'J' -> ConstantDescs.CD_long;
                case 'F' -> ConstantDescs.CD_float;
                case 'D' -> ConstantDescs.CD_double;
                default -> exact == null ? Names.OBJECT : exact;
            };
        }

        boolean isReference() {
            return kind == 'A';
        }
    }

    /// A value that a state keeps: a local by slot, or an entry of the stack by its place from the bottom.
    record Value(boolean onStack, int place, VType type) {}

    /// Where a state keeps a value; a null constant needs no field.
    record Saved(Value value, @Nullable Field field) {}

    List<Field> fields() {
        return fields;
    }

    /// Gives the values of one state their fields.
    List<Saved> assign(List<Value> values) {
        var taken = new HashSet<Field>();
        @Nullable Field[] chosen = new Field[values.size()];
        for (int i = 0; i < chosen.length; i++) {
            chosen[i] = take(values.get(i).type(), true, taken);
        }
        for (int i = 0; i < chosen.length; i++) {
            VType type = values.get(i).type();
            if (chosen[i] == null && type.kind() != 'N') {
                chosen[i] = take(type, false, taken);
                if (chosen[i] == null) {
                    chosen[i] = add(type);
                    taken.add(chosen[i]);
                }
            }
        }
        var saved = new ArrayList<Saved>();
        for (int i = 0; i < chosen.length; i++) {
            saved.add(new Saved(values.get(i), chosen[i]));
        }
        return saved;
    }

    private @Nullable Field take(VType type, boolean sameType, Set<Field> taken) {
        for (Field field : fields) {
            if (field.kind != type.kind() || taken.contains(field)) {
                continue;
            }
            if (field.kind != 'A' || Objects.equals(field.exact, type.desc())) {
                taken.add(field);
                return field;
            }
            if (!sameType && !field.fixed && isCastable(type)) {
                field.exact = null;
                taken.add(field);
                return field;
            }
        }
        return null;
    }

    private Field add(VType type) {
        String name = Character.toLowerCase(type.kind()) + String.valueOf(fields.size());
        var field = new Field(fields.size(), name, type.kind(), type.desc(), !isCastable(type));
        fields.add(field);
        return field;
    }

    /// Whether a cast to the type is sure to be allowed in the user's class. Others, which inference alone can bring
    /// in, keep a field of their own type.
    private boolean isCastable(VType type) {
        ClassDesc desc = type.desc();
        while (desc != null && desc.isArray()) {
            desc = desc.componentType();
        }
        return desc == null || desc.isPrimitive() || desc.packageName().equals("java.lang") || castable.contains(desc);
    }
}
