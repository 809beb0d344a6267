// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit.explore;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;

/// Runs [Explore] methods.
final class ExploreExtension implements ParameterResolver, InvocationInterceptor {
    private ExploreExtension() {}

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Model.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return new Model();
    }

    @Override
    public void interceptTestMethod(
            Invocation<@Nullable Void> invocation,
            ReflectiveInvocationContext<Method> method,
            ExtensionContext context) {
        invocation.skip(); // the method runs as the exploring loader has it
        Method declared = method.getExecutable();
        if (declared.getParameterCount() != 1 || declared.getParameterTypes()[0] != Model.class) {
            throw new IllegalStateException("a method with @Explore takes a Model and nothing else: " + declared);
        }
        Explore settings = AnnotationSupport.findAnnotation(declared, Explore.class)
                .orElseThrow(() -> new IllegalStateException("a test that takes a Model needs @Explore: " + declared));
        Exploration found = explorer(settings, context.getRequiredTestClass())
                .explore(loaded -> new Reloaded(loaded, declared.getName()))
                .assertClear();
        if (!settings.sample() && System.getProperty("wakeful.schedule") == null) {
            found.assertComplete();
        }
        context.publishReportEntry("schedules", Long.toString(found.schedules()));
    }

    private static Explorer explorer(Explore settings, Class<?> type) {
        Explorer explorer = Explorer.ofClass(type)
                .preemptions(settings.preemptions())
                .maxSchedules(settings.maxSchedules())
                .spuriousUnparks(settings.spuriousUnparks())
                .watchRaces(settings.watchRaces());
        for (String prefix : settings.instrument()) {
            explorer = explorer.instrument(prefix);
        }
        String schedule = System.getProperty("wakeful.schedule");
        return schedule == null ? explorer : explorer.schedule(schedule);
    }

    /// The test method of the class that was loaded anew.
    private static final class Reloaded implements Model.Scenario {
        private final java.lang.reflect.Constructor<?> constructor;
        private final Method method;

        Reloaded(Class<?> loaded, String method) throws ReflectiveOperationException {
            this.constructor = loaded.getDeclaredConstructor();
            this.method = loaded.getDeclaredMethod(method, Model.class);
            constructor.setAccessible(true);
            this.method.setAccessible(true);
        }

        @Override
        public void setUp(Model model) throws Exception {
            try {
                method.invoke(constructor.newInstance(), model);
            } catch (InvocationTargetException thrown) {
                switch (thrown.getCause()) {
                    case Exception failure -> throw failure;
                    case Error error -> throw error;
                    case null, default -> throw thrown;
                }
            }
        }
    }
}
