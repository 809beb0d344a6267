// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import com.sun.source.util.JavacTask;
import com.sun.source.util.TaskEvent;
import com.sun.source.util.TaskListener;
import com.sun.source.util.Trees;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.TypeElement;
import org.jspecify.annotations.Nullable;

/// The door for javac, Maven, Gradle and IDEs: on the processor path, it refuses what cannot be compiled at its place
/// in the source, and compiles each class as soon as javac has written it.
///
/// It claims no annotation and writes no source. It listens to the phases of javac, which is supported API:
/// after `ANALYZE` the trees are there, after `GENERATE` the class file is.
public final class WakefulProcessor extends AbstractProcessor {
    /// Made by javac.
    public WakefulProcessor() {}

    @Override
    public Set<String> getSupportedAnnotationTypes() {
        return Set.of("*");
    }

    @Override
    public SourceVersion getSupportedSourceVersion() {
        return SourceVersion.latestSupported();
    }

    @Override
    public synchronized void init(ProcessingEnvironment environment) {
        super.init(environment);
        ProcessingEnvironment javac = Unwrapping.javacs(environment);
        JavacTask.instance(javac).addTaskListener(new Listener(javac));
    }

    @Override
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
        return false;
    }

    private static final class Listener implements TaskListener {
        private final SourceChecks checks;
        private final ClassOutput output;

        Listener(ProcessingEnvironment environment) {
            Trees trees = Trees.instance(environment);
            var places = new BlockPlaces(trees);
            this.checks = new SourceChecks(trees, environment, places);
            this.output = new ClassOutput(environment, places);
        }

        /// The files of modules and packages; they do not lie where their names say.
        private static boolean hasNoCode(TypeElement type) {
            return type.getSimpleName().contentEquals("module-info")
                    || type.getSimpleName().contentEquals("package-info");
        }

        @Override
        public void finished(TaskEvent event) {
            @Nullable TypeElement type = event.getTypeElement();
            if (type == null || hasNoCode(type)) {
                return;
            }
            switch (event.getKind()) {
                case ANALYZE -> checks.check(event.getCompilationUnit(), type);
                case GENERATE -> output.compile(type, event.getSourceFile());
                default -> {}
            }
        }
    }
}
