// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.maven;

import java.io.File;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.toolchain.ToolchainManager;

/// Compiles the async blocks of the tests, in place. For classes that another compiler than javac has
/// written; javac has the annotation processor. Classes that are done are left alone.
@Mojo(name = "test-compile", defaultPhase = LifecyclePhase.PROCESS_TEST_CLASSES, threadSafe = true)
public final class TestCompileMojo extends FolderMojo {
    /// The folder of the class files of tests.
    @Parameter(defaultValue = "${project.build.testOutputDirectory}", required = true)
    private File testClasses;

    /// Made by Maven.
    ///
    /// @param toolchains knows the JDK of the build
    @Inject
    public TestCompileMojo(ToolchainManager toolchains) {
        super(toolchains);
    }

    @Override
    File folder() {
        return testClasses;
    }
}
