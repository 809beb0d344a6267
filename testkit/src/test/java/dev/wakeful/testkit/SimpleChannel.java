// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Waker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A bounded channel for one receiver at a time, and the mistakes that one can make in it.
final class SimpleChannel implements ChannelContract.Subject {
    enum Mistake {
        REVERSED("ORDER"),
        EAGER_RECEIVE("LAZY"),
        FORGETS_TO_WAKE("WAKES"),
        UNBOUNDED("CAPACITY"),
        LOSES_THE_GRANT("CANCEL_GRANTED"),
        SENDS_ANYWAY("CANCEL_SEND"),
        DROPS_AT_END("DRAINS"),
        SILENT_END("END_WAKES");

        final String rule;

        Mistake(String rule) {
            this.rule = rule;
        }
    }

    private final @Nullable Mistake mistake;
    private final ArrayDeque<Integer> values = new ArrayDeque<>();
    private final ArrayDeque<Waker> receivers = new ArrayDeque<>();
    private final ArrayDeque<Waker> senders = new ArrayDeque<>();
    private boolean closed;
    private boolean swallows;

    SimpleChannel(@Nullable Mistake mistake) {
        this.mistake = mistake;
    }

    @Override
    public int capacity() {
        return 2;
    }

    private static void wakeAll(ArrayDeque<Waker> wakers) {
        List<Waker> woken = new ArrayList<>(wakers);
        wakers.clear();
        woken.forEach(Waker::wake);
    }

    private @Nullable Integer take() {
        Integer value = mistake == Mistake.REVERSED ? values.pollLast() : values.pollFirst();
        if (value != null) {
            wakeAll(senders);
        }
        return value;
    }

    @Override
    public Future<?> send(int value) {
        return new CheckedFuture<@Nullable Void>() {
            @Override
            protected @Nullable Object advance(Context cx) {
                if (values.size() >= capacity() && mistake != Mistake.UNBOUNDED) {
                    senders.add(cx.waker());
                    return PENDING;
                }
                if (swallows) {
                    swallows = false;
                    return null;
                }
                values.add(value);
                if (mistake != Mistake.FORGETS_TO_WAKE) {
                    wakeAll(receivers);
                }
                return null;
            }

            @Override
            protected boolean release(Context cx) {
                if (mistake == Mistake.SENDS_ANYWAY) {
                    values.add(value);
                }
                senders.remove(cx.waker());
                senders.clear();
                return true;
            }
        };
    }

    @Override
    public Future<@Nullable Integer> receive() {
        if (mistake == Mistake.EAGER_RECEIVE) {
            receivers.add(Waker.noop());
            swallows = true;
        }
        return new CheckedFuture<>() {
            private boolean waited;

            @Override
            protected @Nullable Object advance(Context cx) {
                Integer value = take();
                if (value != null || closed) {
                    return value;
                }
                waited = true;
                receivers.add(cx.waker());
                return PENDING;
            }

            @Override
            protected boolean release(Context cx) {
                receivers.clear();
                if (mistake == Mistake.LOSES_THE_GRANT && waited) {
                    values.pollFirst();
                }
                return true;
            }
        };
    }

    @Override
    public void close() {
        closed = true;
        if (mistake == Mistake.DROPS_AT_END) {
            values.clear();
        }
        if (mistake != Mistake.SILENT_END) {
            wakeAll(receivers);
        }
    }
}
