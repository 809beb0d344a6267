// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.machine;

import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.Poll;
import dev.wakeful.internal.Throwing;

/// Takes the place of an awaited future to throw something from the await.
record Raised(Throwable thrown) implements Future<Object> {
    @Override
    public Poll<Object> poll(Context cx) {
        throw Throwing.sneak(thrown);
    }

    @Override
    public void describe(Description to) {
        to.label("cancel");
    }
}
