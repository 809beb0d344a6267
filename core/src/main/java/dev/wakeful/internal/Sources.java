// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.internal;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.LineNumber;
import java.lang.reflect.AccessFlag;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Where the source of an object's class is: the name, file and line that reports give a future written by hand.
///
/// The file and the lines come from the class file, which is looked for where the class was loaded from. A class that
/// was made in memory by a loader that does not give its class files out is known by its name alone.
public final class Sources {
    private static final String LAMBDA = "$$Lambda";
    private static final String CONTEXT_TO_POLL = "Ldev/wakeful/Context;)Ldev/wakeful/Poll;";

    /// What makes the progress of a future, in the order in which a class is searched for it.
    private static final List<String> METHODS = List.of("poll", "pollRaw", "advance");

    private static final ClassValue<String> NAMES = new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> type) {
            String place = place(type);
            return place == null ? name(type) : name(type) + " (" + place + ")";
        }
    };

    private Sources() {}

    /// The name of an object's class with the place of the method that polls it, `CountFuture (CountFuture.java:12)`;
    /// for a lambda those of the class it stands in.
    ///
    /// @param object the object
    /// @return the name, and the place if it can be found
    public static String of(Object object) {
        return NAMES.get(object.getClass());
    }

    /// The name of a class as a programmer would say it: without its package, and for a lambda the class it stands in.
    ///
    /// @param type the class
    /// @return the name
    public static String name(Class<?> type) {
        String name = type.getName();
        int hidden = name.indexOf('/'); // what follows is no package but the number of a hidden class
        String binary = hidden < 0 ? name : name.substring(0, hidden);
        String simple = binary.substring(binary.lastIndexOf('.') + 1);
        int lambda = simple.indexOf(LAMBDA);
        return lambda < 0
                ? simple.replace('$', '.')
                : "lambda in " + simple.substring(0, lambda).replace('$', '.');
    }

    private static @Nullable String place(Class<?> type) {
        boolean lambda = type.getName().contains(LAMBDA);
        for (Class<?> at = type; at != null && at != Object.class; at = at.getSuperclass()) {
            ClassModel model = read(at, lambda);
            if (model == null) {
                return null;
            }
            String lines = lambda ? linesOfLambdas(model) : lineOfPoll(model);
            if (lines != null || lambda) {
                return file(model)
                        .map(file -> file + (lines == null ? "" : ":" + lines))
                        .orElse(null);
            }
        }
        return null;
    }

    private static @Nullable ClassModel read(Class<?> type, boolean lambda) {
        String name = type.getName();
        String host = lambda ? name.substring(0, name.indexOf(LAMBDA)) : name;
        String resource = host.substring(host.lastIndexOf('.') + 1) + ".class";
        try (InputStream bytes = type.getResourceAsStream(resource)) {
            return bytes == null ? null : ClassFile.of().parse(bytes.readAllBytes());
        } catch (IOException | IllegalArgumentException unreadable) {
            return null; // a report with the name alone is better than none
        }
    }

    private static Optional<String> file(ClassModel model) {
        return model.findAttribute(Attributes.sourceFile())
                .map(source -> source.sourceFile().stringValue());
    }

    private static @Nullable String lineOfPoll(ClassModel model) {
        for (String name : METHODS) {
            for (MethodModel method : model.methods()) {
                if (method.methodName().equalsString(name)
                        && method.methodType().stringValue().startsWith("(Ldev/wakeful/Context;)")
                        && !method.flags().has(AccessFlag.SYNTHETIC)) {
                    Integer line = firstLine(method);
                    return line == null ? null : line.toString();
                }
            }
        }
        return null;
    }

    /// The lines of the lambdas that may be it; which one it is, the virtual machine does not say.
    private static @Nullable String linesOfLambdas(ClassModel model) {
        List<Integer> lines = model.methods().stream()
                .filter(method -> method.methodName().stringValue().startsWith("lambda$")
                        && method.methodType().stringValue().endsWith(CONTEXT_TO_POLL))
                .map(Sources::firstLine)
                .filter(line -> line != null)
                .distinct()
                .sorted()
                .toList();
        return lines.isEmpty() || lines.size() > 3
                ? null
                : lines.stream().map(String::valueOf).collect(Collectors.joining(" or "));
    }

    private static @Nullable Integer firstLine(MethodModel method) {
        return method.code().stream()
                .flatMap(code -> code.elementStream())
                .filter(LineNumber.class::isInstance)
                .map(element -> ((LineNumber) element).line())
                .findFirst()
                .orElse(null);
    }
}
