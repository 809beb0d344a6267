// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.LostWakerException;
import org.jspecify.annotations.Nullable;

/// The senders of a channel, the first of them open. Plain state, to be touched under the channel's guard.
final class Senders {
    private int open = 1;

    /// Those of the open ones that became unreachable, so that they will neither send nor be closed.
    private int lost;

    private @Nullable LostWakerException loss;

    /// There may be weak senders, which can open another as long as one is open.
    private boolean weak;

    /// One more, unless the last is closed.
    boolean add() {
        boolean any = open > 0;
        if (any) {
            open++;
        }
        return any;
    }

    void remove() {
        open--;
    }

    void weaken() {
        weak = true;
    }

    void lose(LostWakerException failure) {
        if (!weak) {
            lost++;
            loss = failure;
        }
    }

    /// Whether nobody is left who could send.
    boolean areGone() {
        return open == lost;
    }

    int open() {
        return open;
    }

    /// What became of the one that was lost last: why nothing comes any more when they are gone.
    @Nullable
    LostWakerException loss() {
        return loss;
    }
}
