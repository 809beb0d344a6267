// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import org.jspecify.annotations.Nullable;

/// Questions about types by name. The names above a type are collected once, so that no type is looked up that the
/// source does not use.
final class TypeFacts {
    private final Types types;
    private final Elements elements;
    private final Map<TypeElement, Set<String>> above = new HashMap<>();
    private final Map<TypeElement, Boolean> givingNothing = new HashMap<>();

    TypeFacts(ProcessingEnvironment environment) {
        this.types = environment.getTypeUtils();
        this.elements = environment.getElementUtils();
    }

    /// Whether a type is the one of that name, or below it.
    boolean isA(TypeMirror type, String name) {
        return declared(type) instanceof DeclaredType declared
                && declared.asElement() instanceof TypeElement element
                && namesAbove(element).contains(name);
    }

    /// Whether a type is the one of that name, whatever its arguments.
    boolean is(TypeMirror type, String name) {
        return declared(type) instanceof DeclaredType declared
                && declared.asElement() instanceof TypeElement element
                && element.getQualifiedName().contentEquals(name);
    }

    /// The type itself where it is declared, and what it is erased to otherwise, as a type variable.
    private TypeMirror declared(TypeMirror type) {
        return type.getKind() == TypeKind.DECLARED ? type : types.erasure(type);
    }

    /// Whether the one method of a functional interface returns nothing. Where it may throw any `Throwable`, as that of
    /// an assertion, a lambda is there for what it throws.
    boolean givesNothing(@Nullable TypeMirror type) {
        if (!(type instanceof DeclaredType declared && declared.asElement() instanceof TypeElement element)) {
            return false;
        }
        Boolean known = givingNothing.get(element);
        if (known == null) {
            known = hasVoidMethod(element);
            givingNothing.put(element, known);
        }
        return known;
    }

    private boolean hasVoidMethod(TypeElement type) {
        for (ExecutableElement method : ElementFilter.methodsIn(elements.getAllMembers(type))) {
            if (method.getModifiers().contains(Modifier.ABSTRACT)
                    && method.getReturnType().getKind() == TypeKind.VOID
                    && !throwsAnything(method)) {
                return true;
            }
        }
        return false;
    }

    private boolean throwsAnything(ExecutableElement method) {
        for (TypeMirror thrown : method.getThrownTypes()) {
            if (is(thrown, "java.lang.Throwable")) {
                return true;
            }
        }
        return false;
    }

    private Set<String> namesAbove(TypeElement type) {
        Set<String> known = above.get(type);
        if (known == null) {
            known = new HashSet<>();
            collect(type, known);
            above.put(type, known);
        }
        return known;
    }

    private static void collect(TypeElement type, Set<String> names) {
        if (names.add(type.getQualifiedName().toString())) {
            collect(type.getSuperclass(), names);
            for (TypeMirror one : type.getInterfaces()) {
                collect(one, names);
            }
        }
    }

    private static void collect(TypeMirror type, Set<String> names) {
        if (type instanceof DeclaredType declared && declared.asElement() instanceof TypeElement element) {
            collect(element, names);
        }
    }
}
