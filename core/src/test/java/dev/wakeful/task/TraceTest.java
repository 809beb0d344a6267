// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.fixture.Leaf;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TraceTest {
    private static final class Link extends CheckedFuture<Integer> {
        private final String name;
        private Future<?> @Nullable [] below = new Future<?>[0];

        Link(String name) {
            this.name = name;
        }

        Link to(Future<?>... futures) {
            below = futures;
            return this;
        }

        @Override
        protected Object advance(Context cx) {
            return PENDING;
        }

        @Override
        public void describe(Description to) {
            to.label(name);
            for (Future<?> future : below) {
                to.child(future);
            }
        }
    }

    @Test
    void textHasALineForEachFutureIndentedByDepth() {
        var tree = new Link("root").to(new Link("left").to(new Leaf<>("a")), new Leaf<>("b"));
        assertEquals("""
            > root
            >   left
            >     Leaf[a], waits for the test
            >   Leaf[b], waits for the test
            """, Trace.of(tree).toText("> "));
    }

    @Test
    void aCycleIsNamedAndCut() {
        var one = new Link("one");
        var two = new Link("two").to(one);
        one.to(two);
        assertEquals("one\n  two\n    back to one\n", Trace.of(one).toText(""));
    }

    @Test
    void aChainOfHundredThousandIsWalkedWithoutRecursion() {
        Future<?> chain = new Leaf<>("end");
        for (int i = 0; i < 100_000; i++) {
            chain = new Link("link").to(chain);
        }
        var trace = Trace.of(chain);
        assertEquals("Leaf[end]", trace.leaf().label());
        assertTrue(trace.toText("").length() < 20_000_000);
    }

    @Test
    void aFutureReachedOnVeryManyWaysDoesNotKeepTheWalkFromEnding() {
        Future<?> below = new Leaf<>("end");
        for (int i = 0; i < 60; i++) {
            below = new Link("fork").to(below, below);
        }
        assertTrue(Trace.of(below).toText("").contains("and more, left out"));
    }

    @Test
    void ofVeryManySideBySideTheFirstAreShownAndTheOthersCounted() {
        var root = new Link("root");
        root.to(Stream.generate(() -> new Leaf<>("a")).limit(250).toArray(Future<?>[]::new));
        List<String> lines = Trace.of(root).toText("").lines().toList();
        assertEquals(102, lines.size());
        assertEquals("  Leaf[a], waits for the test", lines.get(100));
        assertEquals("  and 150 more", lines.getLast());
    }
}
