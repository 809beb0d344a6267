// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.checks;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.reflect.AccessFlag;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Finds `synchronized`, as a modifier and as a statement.
final class Monitors {
    private Monitors() {}

    /// The methods that use a monitor.
    static List<String> in(List<Path> classFiles) throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : classFiles) {
            ClassModel type = ClassFile.of().parse(file);
            for (MethodModel method : type.methods()) {
                if (usesMonitor(method)) {
                    found.add(type.thisClass().asInternalName().replace('/', '.') + "." + method.methodName());
                }
            }
        }
        return found;
    }

    private static boolean usesMonitor(MethodModel method) {
        return method.flags().has(AccessFlag.SYNCHRONIZED)
                || method.code()
                        .map(code -> code.elementStream().anyMatch(MonitorInstruction.class::isInstance))
                        .orElse(false);
    }
}
