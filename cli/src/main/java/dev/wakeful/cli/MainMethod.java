// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.cli;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The main method of a class, chosen as the JVM's launcher does: `main(String[])` before `main()`, static or not, of
/// any access but private, declared or inherited.
final class MainMethod {
    private final Class<?> type;
    private final Method method;

    private MainMethod(Class<?> type, Method method) {
        this.type = type;
        this.method = method;
    }

    /// The main method of `type`, or `null` when it has none.
    static @Nullable MainMethod of(Class<?> type) {
        Method method = find(type, type, String[].class);
        if (method == null) {
            method = find(type, type);
        }
        return method == null ? null : new MainMethod(type, method);
    }

    private static @Nullable Method find(@Nullable Class<?> in, Class<?> seenFrom, Class<?>... parameters) {
        if (in == null) {
            return null;
        }
        for (Method method : in.getDeclaredMethods()) {
            if (method.getName().equals("main")
                    && method.getReturnType() == void.class
                    && List.of(method.getParameterTypes()).equals(List.of(parameters))
                    && isLaunchable(method, seenFrom)) {
                return method;
            }
        }
        Method inherited = find(in.getSuperclass(), seenFrom, parameters);
        for (int i = 0; inherited == null && i < in.getInterfaces().length; i++) {
            Method method = find(in.getInterfaces()[i], seenFrom, parameters);
            inherited = method != null && Modifier.isStatic(method.getModifiers()) ? null : method;
        }
        return inherited;
    }

    private static boolean isLaunchable(Method method, Class<?> seenFrom) {
        int modifiers = method.getModifiers();
        boolean visible = (modifiers & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0
                || method.getDeclaringClass().getPackageName().equals(seenFrom.getPackageName());
        return visible && !Modifier.isPrivate(modifiers) && !Modifier.isAbstract(modifiers) && !method.isSynthetic();
    }

    /// Runs the method.
    ///
    /// @throws UsageException when there is no object to run it on
    /// @throws Throwable what the method threw, with the frames of the program alone
    void invoke(List<String> arguments) throws Throwable {
        boolean isStatic = Modifier.isStatic(method.getModifiers());
        Constructor<?> constructor = isStatic ? null : constructor();
        Object[] values =
                method.getParameterCount() == 0 ? new Object[0] : new Object[] {arguments.toArray(String[]::new)};
        method.setAccessible(true);
        try {
            Class.forName(type.getName(), true, type.getClassLoader());
            method.invoke(constructor == null ? null : constructor.newInstance(), values);
        } catch (InvocationTargetException e) {
            throw trimmed(Objects.requireNonNull(e.getCause()));
        } catch (Error | RuntimeException e) {
            throw trimmed(e);
        }
    }

    private Constructor<?> constructor() throws UsageException {
        try {
            Constructor<?> constructor = type.getDeclaredConstructor();
            int modifiers = constructor.getModifiers();
            if (!Modifier.isPrivate(modifiers) && !Modifier.isAbstract(type.getModifiers())) {
                constructor.setAccessible(true);
                return constructor;
            }
        } catch (NoSuchMethodException _) {
            // said below
        }
        throw new UsageException(
                1,
                "main of class " + type.getName() + " is not static, and the class cannot be made:"
                        + " it must not be abstract and needs a constructor without parameters that is not private",
                null);
    }

    private static Throwable trimmed(Throwable thrown) {
        trim(thrown, Collections.newSetFromMap(new IdentityHashMap<>()));
        return thrown;
    }

    private static void trim(@Nullable Throwable thrown, Set<Throwable> done) {
        if (thrown == null || !done.add(thrown)) {
            return;
        }
        List<StackTraceElement> trace = new ArrayList<>(List.of(thrown.getStackTrace()));
        int end = trace.size();
        for (int i = trace.size() - 1; i >= 0; i--) {
            if (trace.get(i).getClassName().equals(MainMethod.class.getName())) {
                end = i;
                break;
            }
        }
        if (end < trace.size()) {
            while (end > 0 && isLaunch(trace.get(end - 1))) {
                end--;
            }
            thrown.setStackTrace(trace.subList(0, end).toArray(StackTraceElement[]::new));
        }
        trim(thrown.getCause(), done);
        for (Throwable suppressed : thrown.getSuppressed()) {
            trim(suppressed, done);
        }
    }

    private static boolean isLaunch(StackTraceElement frame) {
        String name = frame.getClassName();
        return name.startsWith("java.lang.reflect.")
                || name.startsWith("jdk.internal.reflect.")
                || (name.equals("java.lang.Class") && frame.getMethodName().startsWith("forName"));
    }
}
