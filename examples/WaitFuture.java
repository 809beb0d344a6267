// SPDX-License-Identifier: Apache-2.0
// A future written by hand that waits for another thread: it keeps the waker in a WakerCell, and the thread that brings
// the answer wakes it. Register first, then look again: so no wake is lost.
//
//     ./wakeful run examples/WaitFuture.java
import static dev.wakeful.Async.*;

import dev.wakeful.*;
import dev.wakeful.runtime.*;

class WaitFuture implements Future<String> {
    private final WakerCell cell = new WakerCell();
    private volatile String answer;

    void answer(String words) {
        answer = words;
        cell.wake();
    }

    @Override
    public Poll<String> poll(Context cx) {
        cell.register(cx.waker());
        String words = answer; // looked at after registering: an answer that came in between is seen here
        return words == null ? Poll.pending() : Poll.ready(words);
    }

    @Override
    public Poll<Void> pollCancel(Context cx) {
        cell.take();
        return Poll.ready(null);
    }

    @Override
    public void describe(Description to) {
        to.label("WaitFuture");
        to.waitsFor("an answer from another thread", null);
    }

    public static void main(String[] args) throws Exception {
        AsyncRuntime.run(scope -> {
            var answer = new WaitFuture();
            IO.println("waiting");
            Thread.ofPlatform().start(() -> answer.answer("here I am"));
            IO.println("the other thread says: " + await(answer));
        });
    }
}
