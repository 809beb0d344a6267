// SPDX-License-Identifier: Apache-2.0
// A future written by hand: it counts its polls and wakes itself until it has been polled often enough. Then the same
// future without the wake: a program that would hang for ever, and that Wakeful ends with a report instead.
//
//     ./wakeful run examples/CountFuture.java
import static dev.wakeful.Async.*;

import dev.wakeful.*;
import dev.wakeful.runtime.*;

class CountFuture implements Future<Integer> {
    private final int target;
    private final boolean wakes;
    private int polls;

    CountFuture(int target, boolean wakes) {
        this.target = target;
        this.wakes = wakes;
    }

    @Override
    public Poll<Integer> poll(Context cx) {
        polls++;
        IO.println("poll " + polls);
        if (polls == target) {
            return Poll.ready(polls);
        }
        if (wakes) {
            cx.waker().wake();
        }
        return Poll.pending();
    }

    public static void main(String[] args) throws Exception {
        AsyncRuntime.run(scope -> IO.println("ready after " + await(new CountFuture(3, true)) + " polls"));
        try {
            AsyncRuntime.run(scope -> IO.println("ready after " + await(new CountFuture(3, false)) + " polls"));
        } catch (LostWakerException e) {
            IO.println("reported: " + e.getMessage());
        }
    }
}
