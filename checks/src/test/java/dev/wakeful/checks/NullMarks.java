// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.checks;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;

/// Finds packages without `@NullMarked`.
final class NullMarks {
    private NullMarks() {}

    static Set<String> missingIn(JavaClasses classes) {
        Set<String> missing = new TreeSet<>();
        for (JavaClass type : classes) {
            if (!type.getPackageName().isEmpty()) {
                missing.add(type.getPackageName());
            }
        }
        for (JavaClass type : classes) {
            if (type.getSimpleName().equals("package-info") && type.isAnnotatedWith(NullMarked.class)) {
                missing.remove(type.getPackageName());
            }
        }
        return missing;
    }
}
