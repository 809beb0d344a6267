// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.maven;

import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Map;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.toolchain.Toolchain;
import org.apache.maven.toolchain.ToolchainManager;
import org.jspecify.annotations.Nullable;

/// Runs the command of the async compiler on a folder, on the JDK of the build: the toolchain's, or else Maven's own.
abstract class FolderMojo extends AbstractMojo {
    private static final int NEEDED = 25;
    private static final String COMPILER = "dev.wakeful:wakeful-compiler";

    private final ToolchainManager toolchains;

    @Parameter(defaultValue = "${session}", readonly = true, required = true)
    private @Nullable MavenSession session;

    @Parameter(defaultValue = "${plugin.artifactMap}", readonly = true, required = true)
    private Map<String, Artifact> artifacts;

    /// Leaves the classes as they are.
    @Parameter(property = "wakeful.skip", defaultValue = "false")
    private boolean skip;

    private boolean isNote;

    FolderMojo(ToolchainManager toolchains) {
        this(toolchains, Map.of());
    }

    FolderMojo(ToolchainManager toolchains, Map<String, Artifact> artifacts) {
        this.toolchains = toolchains;
        this.artifacts = artifacts;
    }

    abstract File folder();

    @Override
    public void execute() throws MojoExecutionException, MojoFailureException {
        if (skip || !folder().isDirectory()) {
            getLog().debug("no async blocks to compile in " + folder());
            return;
        }
        int code = run(java(), compiler());
        if (code == 1) {
            throw new MojoFailureException(
                    "async blocks in " + folder() + " cannot be compiled; the messages above say why");
        }
        if (code != 0) {
            throw new MojoExecutionException("the async compiler ended with " + code + " on " + folder());
        }
    }

    private int run(String java, File compiler) throws MojoExecutionException {
        ProcessBuilder command = new ProcessBuilder(
                        java,
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        compiler.toString(),
                        "dev.wakeful.compiler.ClassFolders",
                        folder().toString())
                .redirectErrorStream(true);
        try {
            Process process = command.start();
            process.getOutputStream().close();
            try (var lines = process.inputReader(Charset.defaultCharset())) {
                lines.lines().forEach(this::log);
            }
            return process.waitFor();
        } catch (IOException e) {
            throw new MojoExecutionException("the async compiler could not be started with " + java, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MojoExecutionException("the build was interrupted", e);
        }
    }

    /// A line of what the command says; those that belong to the line before stand further in.
    private void log(String line) {
        if (!line.startsWith(" ")) {
            isNote = line.contains(": note: ");
        }
        if (isNote) {
            getLog().warn(line);
        } else {
            getLog().error(line);
        }
    }

    private String java() throws MojoExecutionException {
        Toolchain toolchain = session == null ? null : toolchains.getToolchainFromBuildContext("jdk", session);
        String java = toolchain == null ? null : toolchain.findTool("java");
        if (java != null) {
            return java;
        }
        int feature = Runtime.version().feature();
        if (feature < NEEDED) {
            throw new MojoExecutionException(
                    "the async compiler needs a JDK " + NEEDED + " or later, and Maven runs on " + feature
                            + "; run Maven on a later one, or select one with maven-toolchains-plugin");
        }
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private File compiler() throws MojoExecutionException {
        Artifact artifact = artifacts.get(COMPILER);
        if (artifact == null || artifact.getFile() == null) {
            throw new MojoExecutionException(COMPILER + " is not among the dependencies of the plugin");
        }
        return artifact.getFile();
    }
}
