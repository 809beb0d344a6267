// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import org.jspecify.annotations.Nullable;

/// Questions about types by name; a type that is not there is above no other.
final class TypeFacts {
    private final Types types;
    private final Elements elements;
    private final Map<String, Optional<TypeMirror>> known = new HashMap<>();

    TypeFacts(ProcessingEnvironment environment) {
        this.types = environment.getTypeUtils();
        this.elements = environment.getElementUtils();
    }

    boolean isA(TypeMirror type, String name) {
        return known.computeIfAbsent(name, this::find)
                .filter(above -> types.isSubtype(types.erasure(type), above))
                .isPresent();
    }

    /// Whether a type is the one of that name, whatever its arguments.
    boolean is(TypeMirror type, String name) {
        return known.computeIfAbsent(name, this::find)
                .filter(named -> types.isSameType(types.erasure(type), named))
                .isPresent();
    }

    /// Whether the one method of a functional interface returns nothing.
    boolean givesNothing(@Nullable TypeMirror type) {
        return type instanceof DeclaredType declared
                && declared.asElement() instanceof TypeElement element
                && ElementFilter.methodsIn(elements.getAllMembers(element)).stream()
                        .filter(method -> method.getModifiers().contains(Modifier.ABSTRACT))
                        .anyMatch(method -> method.getReturnType().getKind() == TypeKind.VOID);
    }

    private Optional<TypeMirror> find(String name) {
        TypeElement found = elements.getTypeElement(name);
        return found == null ? Optional.empty() : Optional.of(types.erasure(found.asType()));
    }
}
