// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.TestInstances;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/// New instances of a test class, with those it is nested in, and the methods that stand around its tests.
final class Instances {
    private Instances() {}

    /// A new instance of each enclosing class, outermost first, and of the test class itself, last.
    static List<Object> fresh(TestInstances old) {
        List<Object> fresh = new ArrayList<>();
        for (Object instance : old.getAllInstances()) {
            Object[] outer = fresh.isEmpty() ? new Object[0] : new Object[] {fresh.getLast()};
            fresh.add(ReflectionSupport.newInstance(instance.getClass(), outer));
        }
        return fresh;
    }

    static void beforeEach(
            List<Object> instances, BiFunction<Method, TestRuntime, Object[]> arguments, TestRuntime runtime)
            throws Throwable {
        for (Object instance : instances) {
            for (Method method : annotated(instance, BeforeEach.class, HierarchyTraversalMode.TOP_DOWN)) {
                invoke(method, instance, arguments.apply(method, runtime));
            }
        }
    }

    static void afterEach(
            List<Object> instances, BiFunction<Method, TestRuntime, Object[]> arguments, TestRuntime runtime)
            throws Throwable {
        for (Object instance : instances.reversed()) {
            for (Method method : annotated(instance, AfterEach.class, HierarchyTraversalMode.BOTTOM_UP)) {
                invoke(method, instance, arguments.apply(method, runtime));
            }
        }
    }

    private static List<Method> annotated(
            Object instance, Class<? extends Annotation> type, HierarchyTraversalMode order) {
        return AnnotationSupport.findAnnotatedMethods(instance.getClass(), type, order);
    }

    /// Invokes a method; what it throws comes out unwrapped.
    static void invoke(Method method, Object target, Object... arguments) throws Throwable {
        ReflectionSupport.invokeMethod(method, target, arguments);
    }
}
