// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.wakeful.Async;
import dev.wakeful.Future;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.AnnotatedTypeVariable;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// What a user calls without an object of ours, static methods and constructors, refuses `null` with a sentence that
/// names the parameter, at once and not at the first poll.
public class NullArgumentsTest {
    /// For compiled code and for those who build executors, where a check would cost what it guards.
    private static final Set<String> UNCHECKED =
            Set.of("dev.wakeful.machine", "dev.wakeful.task", "dev.wakeful.time.wheel");

    /// Called by compiled and instrumented code.
    private static final Set<String> NOT_FOR_USERS = Set.of("dev.wakeful.testkit.explore.Points");

    /// Stands for code that the compiler writes.
    private static final Method AWAIT = await();

    @TestFactory
    Stream<DynamicTest> nullIsRefusedByName() {
        return Stream.concat(Project.LIBRARIES.stream().filter(Project.modules()::contains), Stream.of("testkit"))
                .map(module -> DynamicTest.dynamicTest(
                        module, () -> assertEquals(List.of(), complaints(Project.exportedTypes(module)))));
    }

    @Test
    void whatTakesNullIsFound() throws Exception {
        assertEquals(
                List.of(
                        Sample.class.getMethod("quiet", Object.class) + " takes null",
                        Sample.class.getMethod("silent", List.class) + " says: null"),
                complaints(List.of(Sample.class)));
    }

    private static List<String> complaints(List<Class<?>> types) throws Exception {
        List<String> found = new ArrayList<>();
        for (Class<?> type : types) {
            if (ApiDump.isVisible(type) && !isData(type) && isForUsers(type)) {
                for (Executable each : entries(type)) {
                    complaint(each, found);
                }
            }
        }
        return found;
    }

    /// Records and exceptions keep what they are given.
    private static boolean isData(Class<?> type) {
        return type.isRecord() || type.isEnum() || Throwable.class.isAssignableFrom(type);
    }

    private static Method await() {
        try {
            return Async.class.getMethod("await", Future.class);
        } catch (NoSuchMethodException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static boolean isForUsers(Class<?> type) {
        return !UNCHECKED.contains(type.getPackageName()) && !NOT_FOR_USERS.contains(type.getName());
    }

    private static List<Executable> entries(Class<?> type) {
        Stream<Executable> constructors =
                Modifier.isAbstract(type.getModifiers()) ? Stream.of() : Arrays.stream(type.getConstructors());
        Stream<Executable> methods = Arrays.stream(type.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && Modifier.isStatic(method.getModifiers()))
                .map(method -> method);
        return Stream.concat(constructors, methods)
                .filter(each -> !each.isSynthetic() && !each.equals(AWAIT))
                .sorted((a, b) -> a.toString().compareTo(b.toString()))
                .toList();
    }

    private static void complaint(Executable entry, List<String> found) throws Exception {
        AnnotatedType[] parameters = entry.getAnnotatedParameterTypes();
        if (Arrays.stream(parameters).noneMatch(NullArgumentsTest::mustNotBeNull)) {
            return;
        }
        Object[] nulls = Arrays.stream(entry.getParameterTypes())
                .map(NullArgumentsTest::nothing)
                .toArray();
        try {
            if (entry instanceof Constructor<?> constructor) {
                constructor.newInstance(nulls);
            } else {
                ((Method) entry).invoke(null, nulls);
            }
            found.add(entry + " takes null");
        } catch (InvocationTargetException e) {
            String says = String.valueOf(e.getCause().getMessage());
            if (!says.contains("must not be null")) {
                found.add(entry + " says: " + says);
            }
        }
    }

    private static boolean mustNotBeNull(AnnotatedType parameter) {
        return !(parameter.getType() instanceof Class<?> type && type.isPrimitive())
                && !(parameter instanceof AnnotatedTypeVariable)
                && !parameter.isAnnotationPresent(Nullable.class);
    }

    private static @Nullable Object nothing(Class<?> type) {
        if (!type.isPrimitive()) {
            return null;
        }
        return type == boolean.class ? (Object) false : type == long.class ? (Object) 1L : (Object) 1;
    }

    /// What [#whatTakesNullIsFound] looks at.
    public static final class Sample {
        private Sample() {}

        /// Takes everything.
        ///
        /// @param any what it takes
        public static void quiet(Object any) {}

        /// Refuses without a word.
        ///
        /// @param any what it refuses
        public static void silent(List<?> any) {
            if (any == null) {
                throw new NullPointerException();
            }
        }

        /// Refuses by name.
        ///
        /// @param any what it refuses
        public static void named(List<?> any) {
            Objects.requireNonNull(any, "any must not be null");
        }

        /// Takes `null` and says so.
        ///
        /// @param any what it takes
        public static void open(@Nullable Object any) {}
    }
}
