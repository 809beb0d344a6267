// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.Trees;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import javax.tools.Diagnostic;
import javax.tools.JavaFileObject;

/// Where the blocks of the sources stand, for what is refused only when the class file is there: then javac has taken
/// the trees apart.
final class BlockPlaces {
    private final Trees trees;
    private final IdentityHashMap<CompilationUnitTree, List<Place>> places = new IdentityHashMap<>();

    BlockPlaces(Trees trees) {
        this.trees = trees;
    }

    private record Place(LambdaExpressionTree lambda, CompilationUnitTree unit, long firstLine, long lastLine) {
        long length() {
            return lastLine - firstLine;
        }
    }

    void add(LambdaExpressionTree lambda, CompilationUnitTree unit) {
        SourcePositions positions = trees.getSourcePositions();
        var place = new Place(
                lambda,
                unit,
                unit.getLineMap().getLineNumber(positions.getStartPosition(unit, lambda)),
                unit.getLineMap().getLineNumber(positions.getEndPosition(unit, lambda)));
        List<Place> inUnit = places.get(unit);
        if (inUnit == null) {
            inUnit = new ArrayList<>();
            places.put(unit, inUnit);
        }
        inUnit.add(place);
    }

    /// Reports a problem at the innermost block that has its line.
    ///
    /// @return whether there is one
    boolean report(Problem problem, JavaFileObject source) {
        URI file = source.toUri();
        Optional<Place> innermost = places.entrySet().stream()
                .filter(one -> one.getKey().getSourceFile().toUri().equals(file))
                .flatMap(one -> one.getValue().stream())
                .filter(place -> place.firstLine <= problem.line() && problem.line() <= place.lastLine)
                .min(Comparator.comparingLong(Place::length));
        innermost.ifPresent(
                place -> trees.printMessage(Diagnostic.Kind.ERROR, problem.message(), place.lambda, place.unit));
        return innermost.isPresent();
    }
}
