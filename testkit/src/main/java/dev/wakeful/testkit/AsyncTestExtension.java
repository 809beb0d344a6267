// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;

/// Runs [AsyncTest] methods: gives them their runtime, and runs them again for further schedules and cancels.
final class AsyncTestExtension implements ParameterResolver, InvocationInterceptor {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(AsyncTestExtension.class);

    private AsyncTestExtension() {}

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TestRuntime.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return runtime(context);
    }

    private static TestRuntime runtime(ExtensionContext context) {
        return context.getStore(NAMESPACE)
                .computeIfAbsent(TestRuntime.class, key -> first(settings(context)), TestRuntime.class);
    }

    private static AsyncTest settings(ExtensionContext context) {
        return AnnotationSupport.findAnnotation(context.getRequiredTestMethod(), AsyncTest.class)
                .orElseThrow(() -> new IllegalStateException(
                        context.getRequiredTestMethod() + " has no @AsyncTest, which gives a test its TestRuntime"));
    }

    private static TestRuntime first(AsyncTest settings) {
        TestRuntime.Builder builder = builder(settings);
        boolean isCompared = Property.schedules().orElse(settings.schedules()) > 1 || checksEach(settings);
        return (isCompared ? builder.tracing() : builder).build();
    }

    private static boolean checksEach(AsyncTest settings) {
        return settings.twice() || Property.twice();
    }

    private static TestRuntime.Builder builder(AsyncTest settings) {
        return TestRuntime.builder()
                .strategy(settings.strategy())
                .workers(settings.workers())
                .lints(settings.lints());
    }

    @Override
    public void interceptTestMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        AsyncTest settings = settings(context);
        var again = new TestBody(context, method);
        TestRuntime first = runtime(context);
        boolean cancels = AnnotationSupport.isAnnotated(context.getRequiredTestMethod(), CancelEverywhere.class);
        var runs = new Runs(
                settings.leakCheck(),
                cancels,
                checksEach(settings),
                runtime -> {
                    if (runtime == first) {
                        invocation.proceed();
                    } else {
                        again.run(runtime);
                    }
                },
                () -> builder(settings));
        Runs.Failure failure = runs.all(first, Property.schedules().orElse(settings.schedules()));
        if (failure != null) {
            context.publishReportEntry("replay", failure.replay());
            failure.thrown().addSuppressed(new Replay(failure.replay()));
            throw failure.thrown();
        }
    }

    /// The line that runs a failure again, where whoever reads the failure sees it.
    private static final class Replay extends Throwable {
        private static final long serialVersionUID = 1;

        Replay(String line) {
            super("replay with " + line, null, false, false);
        }

        @Override
        @SuppressWarnings("OverrideThrowableToString") // in a stack trace the name of this class would say nothing
        public String toString() {
            return Objects.requireNonNull(getMessage());
        }
    }

    /// The test method, to be invoked again as JUnit does it: a new instance of its class, the methods around it.
    private static final class TestBody {
        private final ExtensionContext context;
        private final ReflectiveInvocationContext<Method> method;

        TestBody(ExtensionContext context, ReflectiveInvocationContext<Method> method) {
            this.context = context;
            this.method = method;
        }

        void run(TestRuntime runtime) throws Throwable {
            boolean shared = context.getTestInstanceLifecycle().orElse(Lifecycle.PER_METHOD) == Lifecycle.PER_CLASS;
            if (shared) {
                invoke(method.getExecutable(), context.getRequiredTestInstance(), runtime);
                return;
            }
            List<Object> instances = Instances.fresh(context.getRequiredTestInstances());
            Instances.beforeEach(instances, this::argumentsFor, runtime);
            try {
                invoke(method.getExecutable(), instances.getLast(), runtime);
            } finally {
                Instances.afterEach(instances, this::argumentsFor, runtime);
            }
        }

        private void invoke(Method executable, Object target, TestRuntime runtime) throws Throwable {
            Object[] arguments = method.getArguments().toArray();
            Arrays.setAll(arguments, i -> arguments[i] instanceof TestRuntime ? runtime : arguments[i]);
            Instances.invoke(executable, target, arguments);
        }

        private Object[] argumentsFor(Method around, TestRuntime runtime) {
            Object[] arguments = new Object[around.getParameterCount()];
            for (int i = 0; i < arguments.length; i++) {
                if (around.getParameterTypes()[i] != TestRuntime.class) {
                    throw new IllegalStateException(
                            around + " is run again for each schedule, so it may take a TestRuntime and nothing else");
                }
                arguments[i] = runtime;
            }
            return arguments;
        }
    }
}
