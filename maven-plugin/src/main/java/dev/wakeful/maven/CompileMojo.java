// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.maven;

import java.io.File;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.toolchain.ToolchainManager;

/// Compiles the async blocks of the project's classes, in place. For classes that another compiler than javac has
/// written; javac has the annotation processor. Classes that are done are left alone.
@Mojo(name = "compile", defaultPhase = LifecyclePhase.PROCESS_CLASSES, threadSafe = true)
public final class CompileMojo extends FolderMojo {
    /// The folder of class files.
    @Parameter(defaultValue = "${project.build.outputDirectory}", required = true)
    private File classes;

    /// Made by Maven.
    ///
    /// @param toolchains knows the JDK of the build
    @Inject
    public CompileMojo(ToolchainManager toolchains) {
        super(toolchains);
    }

    @Override
    File folder() {
        return classes;
    }
}
