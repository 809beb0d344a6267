// SPDX-License-Identifier: Apache-2.0

/// The async compiler and its doors. Knows only the JDK.
module dev.wakeful.compiler {
    requires static transitive org.jspecify;
    requires java.instrument;
    requires jdk.compiler;

    exports dev.wakeful.compiler;

    provides javax.annotation.processing.Processor with
            dev.wakeful.compiler.WakefulProcessor;
}
