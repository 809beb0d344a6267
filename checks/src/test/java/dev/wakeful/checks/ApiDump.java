// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.checks;

import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The public and protected part of some classes as text, the same for the same classes.
final class ApiDump {
    private static final int MEMBER_MODIFIERS =
            Modifier.PUBLIC | Modifier.PROTECTED | Modifier.STATIC | Modifier.FINAL | Modifier.ABSTRACT;

    private final StringBuilder text = new StringBuilder();

    /// One paragraph for each type that can be seen from outside its package, in the order of their names.
    static String of(Collection<Class<?>> types) {
        ApiDump dump = new ApiDump();
        types.stream()
                .filter(ApiDump::isVisible)
                .sorted((a, b) -> a.getName().compareTo(b.getName()))
                .forEach(dump::type);
        return dump.text.toString();
    }

    static boolean isVisible(Class<?> type) {
        boolean seen =
                !type.isSynthetic() && !type.isAnonymousClass() && !type.isLocalClass() && isSeen(type.getModifiers());
        return seen && (type.getEnclosingClass() == null || isVisible(type.getEnclosingClass()));
    }

    private static boolean isSeen(int modifiers) {
        return (modifiers & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0;
    }

    private void type(Class<?> type) {
        text.append(text.isEmpty() ? "" : "\n");
        text.append(kind(type)).append(type.getName()).append(variables(type.getTypeParameters()));
        if (type.isRecord()) {
            text.append(Arrays.stream(type.getRecordComponents())
                    .map(component -> name(component.getAnnotatedType()) + " " + component.getName())
                    .collect(Collectors.joining(", ", "(", ")")));
        }
        AnnotatedType superclass = visibleSuperclass(type);
        if (superclass != null && !type.isRecord() && !type.isEnum()) {
            text.append(" extends ").append(name(superclass));
        }
        list(type.isInterface() ? " extends " : " implements ", visibleInterfaces(type));
        if (type.isSealed()) {
            List<String> permitted = Arrays.stream(type.getPermittedSubclasses())
                    .map(ApiDump::permitted)
                    .distinct()
                    .sorted()
                    .toList();
            text.append(" permits ").append(String.join(", ", permitted));
        }
        text.append('\n');
        withHiddenParents(type)
                .flatMap(ApiDump::members)
                .distinct()
                .sorted()
                .forEach(line -> text.append("    ").append(line).append('\n'));
    }

    private static String permitted(Class<?> type) {
        return isVisible(type) ? type.getName() : "(hidden)";
    }

    /// The superclass that users see. What stands between is an inner matter, and its members are those of the class.
    private static @Nullable AnnotatedType visibleSuperclass(Class<?> type) {
        AnnotatedType superclass = type.getAnnotatedSuperclass();
        Class<?> raw = type.getSuperclass();
        while (raw != null && !isVisible(raw)) {
            superclass = raw.getAnnotatedSuperclass();
            raw = raw.getSuperclass();
        }
        return raw == null || raw == Object.class ? null : superclass;
    }

    private static List<AnnotatedType> visibleInterfaces(Class<?> type) {
        return withHiddenParents(type)
                .flatMap(parent -> IntStream.range(0, parent.getInterfaces().length)
                        .filter(i -> isVisible(parent.getInterfaces()[i]))
                        .mapToObj(i -> parent.getAnnotatedInterfaces()[i]))
                .toList();
    }

    private static Stream<Class<?>> withHiddenParents(Class<?> type) {
        List<Class<?>> all = new ArrayList<>(List.of(type));
        for (Class<?> parent = type.getSuperclass();
                parent != null && !isVisible(parent);
                parent = parent.getSuperclass()) {
            all.add(parent);
        }
        return all.stream();
    }

    private static Stream<String> members(Class<?> type) {
        List<String> lines = new ArrayList<>();
        for (Field field : type.getDeclaredFields()) {
            if (isSeen(field.getModifiers()) && !field.isSynthetic()) {
                lines.add(modifiers(field.getModifiers()) + name(field.getAnnotatedType()) + " " + field.getName());
            }
        }
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            if (isVisible(type) && isSeen(constructor.getModifiers()) && !constructor.isSynthetic()) {
                lines.add(modifiers(constructor.getModifiers())
                        + spaced(variables(constructor.getTypeParameters()))
                        + type.getSimpleName()
                        + parameters(constructor));
            }
        }
        for (Method method : type.getDeclaredMethods()) {
            if (isSeen(method.getModifiers()) && !method.isSynthetic() && !isGivenByJavac(type, method)) {
                lines.add(modifiers(method.getModifiers()) + (method.isDefault() ? "default " : "")
                        + spaced(variables(method.getTypeParameters()))
                        + name(method.getAnnotatedReturnType()) + " " + method.getName() + parameters(method));
            }
        }
        return lines.stream();
    }

    private static boolean isGivenByJavac(Class<?> type, Method method) {
        String name = method.getName();
        if (type.isEnum()) {
            return name.equals("values") || name.equals("valueOf");
        }
        return type.isRecord() && (name.equals("equals") || name.equals("hashCode") || name.equals("toString"));
    }

    private static String kind(Class<?> type) {
        String modifiers =
                modifiers(type.getModifiers() & ~(type.isInterface() || type.isEnum() ? Modifier.ABSTRACT : 0));
        String sealed = type.isSealed() ? "sealed " : "";
        String word = type.isAnnotation()
                ? "@interface "
                : type.isInterface() ? "interface " : type.isEnum() ? "enum " : type.isRecord() ? "record " : "class ";
        return modifiers + sealed + word;
    }

    private static String modifiers(int modifiers) {
        return spaced(Modifier.toString(modifiers & MEMBER_MODIFIERS));
    }

    private static String spaced(String text) {
        return text.isEmpty() ? "" : text + " ";
    }

    private static String variables(TypeVariable<?>[] variables) {
        return variables.length == 0
                ? ""
                : Arrays.stream(variables).map(ApiDump::variable).collect(Collectors.joining(", ", "<", ">"));
    }

    private static String variable(TypeVariable<?> variable) {
        String bounds =
                Arrays.stream(variable.getAnnotatedBounds()).map(ApiDump::name).collect(Collectors.joining(" & "));
        return bounds.equals("java.lang.Object") ? variable.getName() : variable.getName() + " extends " + bounds;
    }

    private static String parameters(Executable executable) {
        String parameters = Arrays.stream(executable.getParameters())
                .map(ApiDump::parameter)
                .collect(Collectors.joining(", ", "(", ")"));
        String thrown = Arrays.stream(executable.getAnnotatedExceptionTypes())
                .map(ApiDump::name)
                .sorted()
                .collect(Collectors.joining(", "));
        return thrown.isEmpty() ? parameters : parameters + " throws " + thrown;
    }

    private static String parameter(Parameter parameter) {
        String type = name(parameter.getAnnotatedType());
        return parameter.isVarArgs() && type.endsWith("[]") ? type.substring(0, type.length() - 2) + "..." : type;
    }

    private static String name(AnnotatedType type) {
        return type.toString().replace("@org.jspecify.annotations.Nullable()", "@Nullable");
    }

    private void list(String word, List<AnnotatedType> types) {
        if (!types.isEmpty()) {
            text.append(word).append(types.stream().map(ApiDump::name).collect(Collectors.joining(", ")));
        }
    }
}
