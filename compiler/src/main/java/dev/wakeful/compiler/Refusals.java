// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassModel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// What is said about one class: what is refused in it, and what is noted.
final class Refusals {
    private final ClassModel model;
    private final List<Problem> problems = new ArrayList<>();
    private final List<Problem> notes = new ArrayList<>();

    Refusals(ClassModel model) {
        this.model = model;
    }

    void refuse(Texts text, int line, Object... values) {
        problems.add(new Problem(text.id, file(), line, text.with(values), true));
    }

    void note(Texts text, int line, Object... values) {
        notes.add(new Problem(text.id, file(), line, text.with(values), false));
    }

    /// What is refused, in the order of the source; a class file has the lambdas of a method backwards.
    List<Problem> problems() {
        if (problems.isEmpty()) {
            return List.of();
        }
        return problems.stream().sorted(Comparator.comparingInt(Problem::line)).toList();
    }

    List<Problem> notes() {
        return notes;
    }

    boolean isEmpty() {
        return problems.isEmpty();
    }

    /// Below the folder of its package, since a build may have many files of one name.
    private String file() {
        String type = model.thisClass().asInternalName();
        return model.findAttribute(Attributes.sourceFile())
                .map(file -> type.substring(0, type.lastIndexOf('/') + 1)
                        + file.sourceFile().stringValue())
                .orElse(type);
    }
}
