// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassModel;
import java.util.ArrayList;
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

    List<Problem> problems() {
        return problems;
    }

    List<Problem> notes() {
        return notes;
    }

    private String file() {
        return model.findAttribute(Attributes.sourceFile())
                .map(file -> file.sourceFile().stringValue())
                .orElse(model.thisClass().asInternalName());
    }
}
