// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.maven;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.artifact.DefaultArtifact;
import org.apache.maven.artifact.handler.DefaultArtifactHandler;
import org.apache.maven.plugin.logging.SystemStreamLog;

/// The goal called as Maven calls it, on any folder. (Maven itself runs it in the build of `examples/kotlin`.)
final class Goal {
    final List<String> errors = new ArrayList<>();
    final List<String> warnings = new ArrayList<>();

    void run(Path classes) throws Exception {
        run(classes, compiler());
    }

    void run(Path classes, Map<String, Artifact> artifacts) throws Exception {
        var goal = new FolderMojo(new NoToolchains(), artifacts) {
            @Override
            File folder() {
                return classes.toFile();
            }
        };
        goal.setLog(new SystemStreamLog() {
            @Override
            public void error(CharSequence line) {
                errors.add(line.toString());
            }

            @Override
            public void warn(CharSequence line) {
                warnings.add(line.toString());
            }
        });
        goal.execute();
    }

    private static Map<String, Artifact> compiler() throws Exception {
        Path file = Path.of(dev.wakeful.compiler.ClassFolders.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Artifact artifact = new DefaultArtifact(
                "dev.wakeful", "wakeful-compiler", "0", "runtime", "jar", "", new DefaultArtifactHandler("jar"));
        artifact.setFile(file.toFile());
        return Map.of("dev.wakeful:wakeful-compiler", artifact);
    }
}
