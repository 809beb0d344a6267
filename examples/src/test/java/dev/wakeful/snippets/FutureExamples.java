// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.snippets;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.Poll;
import dev.wakeful.WakerCell;
import org.jspecify.annotations.Nullable;

final class FutureExamples {
    private FutureExamples() {}

    // @start region="handWritten"
    /// Ready at its third poll; wakes itself until then.
    static final class ThirdPoll implements Future<String> {
        private int polls;

        @Override
        public Poll<String> poll(Context cx) {
            polls++;
            if (polls == 3) {
                return Poll.ready("third");
            }
            cx.waker().wake(); // without this nobody would ever poll it again
            return Poll.pending();
        }
    }
    // @end

    // @start region="checked"
    /// A value that another thread provides.
    static final class Answer extends CheckedFuture<String> {
        private final WakerCell waiting = new WakerCell();
        private volatile @Nullable String answer;

        void give(String value) {
            answer = value;
            waiting.wake();
        }

        @Override
        protected @Nullable Object advance(Context cx) {
            waiting.register(cx.waker()); // first register, then look
            String value = answer;
            return value == null ? PENDING : value;
        }

        @Override
        protected boolean release(Context cx) {
            waiting.take(); // who gave up is not woken any more
            return true;
        }

        @Override
        public void describe(Description to) {
            to.label("Answer");
            to.waitsFor("an answer", null);
        }
    }
    // @end
}
