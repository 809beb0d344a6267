// SPDX-License-Identifier: Apache-2.0

/// The `wakeful` command.
module dev.wakeful.cli {
    requires static transitive org.jspecify;
    requires java.compiler;
    requires java.management;
    requires jdk.attach;
    requires jdk.compiler;
    requires org.junit.platform.engine;
    requires org.junit.platform.launcher;

    exports dev.wakeful.cli;

    uses dev.wakeful.cli.Command;
    uses javax.annotation.processing.Processor;
}
