// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import dev.wakeful.AsyncBlock;
import dev.wakeful.Context;
import dev.wakeful.Future;
import dev.wakeful.Poll;
import dev.wakeful.Waker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Watch, wait group, barrier, once cell and tree of tokens, each with its own law, in one schedule.
public final class EventsScenario extends Scenario {
    private final ArrayList<WatchReceiver<Integer>> followers = new ArrayList<>();
    private final Map<WatchReceiver<Integer>, Integer> seen = new HashMap<>();
    private final Map<InFlight, WatchReceiver<Integer>> changes = new HashMap<>();
    private final ArrayList<WaitGroup.Member> members = new ArrayList<>();
    private final Set<InFlight> mayEnd = new HashSet<>();
    private final ArrayList<CancellationToken> tokens = new ArrayList<>();
    private final ArrayList<Work> works = new ArrayList<>();
    private Watch<Integer> watch = Watch.of(0);
    private WaitGroup group = new WaitGroup();
    private Barrier barrier = new Barrier(2);
    private OnceCell<Integer> cell = new OnceCell<>();
    private int parties;
    private int arrivals;
    private int leaders;
    private int running;
    private int sent;

    public EventsScenario() {}

    /// An initialiser that is pending until it is told, and gives a value or fails.
    private final class Work implements Future<Integer> {
        private @Nullable Waker waker;
        private boolean begun;
        private boolean told;
        private boolean fails;

        @Override
        public Poll<Integer> poll(Context cx) throws Exception {
            if (!begun) {
                begun = true;
                expect(++running == 1, "two initialisers run");
            }
            waker = cx.waker();
            if (!told) {
                return Poll.pending();
            }
            running--;
            works.remove(this);
            if (fails) {
                throw new IOException("failed");
            }
            return Poll.ready(7);
        }

        @Override
        public Poll<@Nullable Void> pollCancel(Context cx) {
            if (works.remove(this) && begun) {
                running--;
            }
            return Poll.ready(null);
        }

        void tell(boolean fail) {
            told = true;
            fails = fail;
            if (waker != null) {
                waker.wake();
            }
        }
    }

    @Override
    protected void begin() {
        watch = Watch.of(0);
        watched(watch.cell);
        group = watched(new WaitGroup());
        parties = 1 + random(3);
        barrier = watched(new Barrier(parties));
        cell = watched(new OnceCell<>());
        followers.clear();
        seen.clear();
        changes.clear();
        members.clear();
        mayEnd.clear();
        works.clear();
        tokens.clear();
        tokens.add(new CancellationToken());
        arrivals = 0;
        leaders = 0;
        running = 0;
        sent = 0;
    }

    @Override
    protected void step() throws Exception {
        switch (random(16)) {
            case 0 -> {
                var follower = watch.subscribe();
                followers.add(follower);
                seen.put(follower, sent);
            }
            case 1 -> {
                watch.send(++sent);
            }
            case 2, 3 -> {
                WatchReceiver<Integer> follower = pick(followers);
                if (follower != null && !changes.containsValue(follower)) {
                    if (random(4) == 0) {
                        follower.valueAndSee();
                        seen.put(follower, sent);
                    }
                    following = follower;
                    InFlight started = start("changed", follower.changed());
                    if (inFlight().contains(started)) {
                        changes.put(started, follower);
                    }
                }
            }
            case 4 -> members.add(group.join());
            case 5 -> leave();
            case 6 -> {
                boolean empty = members.isEmpty();
                InFlight started = start("empty", group.empty());
                if (empty) {
                    mayEnd.add(started);
                }
            }
            case 7, 8 -> {
                arrivals++;
                start("arrive", barrier.arrive());
            }
            case 9, 10 -> start("init", init());
            case 11 -> {
                Work work = pick(works);
                if (work != null) {
                    work.tell(random(2) == 0);
                }
            }
            case 12 -> {
                CancellationToken token = pick(tokens);
                if (token != null && random(2) == 0) {
                    tokens.add(token.child());
                } else if (token != null && random(4) == 0) {
                    token.cancel("stop");
                } else if (token != null) {
                    start("token " + tokens.indexOf(token), token.cancelled());
                }
            }
            default -> stir();
        }
    }

    private @Nullable WatchReceiver<Integer> following;

    private Future<Integer> init() {
        return cell.getOrInit(new AsyncBlock<>() {
            @Override
            public Integer run() {
                throw new AssertionError("started, not run");
            }

            @Override
            public Future<Integer> start() {
                var work = new Work();
                works.add(work);
                return work;
            }
        });
    }

    private void leave() {
        if (!members.isEmpty()) {
            members.removeLast().close();
            if (members.isEmpty()) {
                for (InFlight each : inFlight()) {
                    if (each.name.startsWith("empty")) {
                        mayEnd.add(each);
                        expect(each.woken(), "the group is empty and " + each + " was not woken");
                    }
                }
            }
        }
    }

    @Override
    protected void completed(InFlight done, @Nullable Object value) {
        if (done.name.startsWith("changed")) {
            var follower = changes.containsKey(done) ? changes.remove(done) : following;
            expect(seen.getOrDefault(follower, 0) < sent, "changed without a change");
            if (follower != null) {
                seen.put(follower, sent);
            }
        } else if (done.name.startsWith("empty")) {
            expect(mayEnd.remove(done) || members.isEmpty(), "the group was never empty");
        } else if (done.name.startsWith("arrive")) {
            expect(arrivals >= parties, "released before all had arrived");
            leaders += Boolean.TRUE.equals(value) ? 1 : 0;
            expect(leaders <= arrivals / parties, "more leaders than generations");
        } else if (done.name.startsWith("init")) {
            expect(Integer.valueOf(7).equals(value) && cell.isSet() && running == 0, "initialised with " + value);
        } else {
            expect("stop".equals(value), "cancelled with " + value);
        }
    }

    @Override
    protected void failed(InFlight done, Exception failure) throws Exception {
        if (!(failure instanceof IOException) && !(failure instanceof ClosedException)) {
            throw failure;
        }
    }

    @Override
    protected void cancelled(InFlight gone) {
        changes.remove(gone);
    }

    @Override
    protected void check() {
        changes.forEach((future, follower) -> expect(
                future.woken() || seen.getOrDefault(follower, 0) == sent, future + " was not told of the change"));
        int waiting = 0;
        int woken = 0;
        for (InFlight each : inFlight()) {
            if (each.name.startsWith("init")) {
                waiting++;
                woken += each.woken() ? 1 : 0;
            } else if (each.name.startsWith("token") && !each.woken()) {
                int number = Integer.parseInt(each.name.substring(6, each.name.indexOf(' ', 6)));
                expect(!tokens.get(number).isCancelled(), each + " is cancelled and was not woken");
            }
        }
        expect(waiting == 0 || running > 0 || woken > 0, "nobody makes the value and nobody was told to");
        for (CancellationToken token : tokens) {
            expect(!tokens.getFirst().isCancelled() || token.isCancelled(), "a child outlived its parent");
        }
    }

    @Override
    protected void finish() throws Exception {
        watch.close();
        while (!members.isEmpty()) {
            leave();
            settle();
        }
        tokens.getFirst().cancel("stop");
        settle();
        while (!works.isEmpty()) {
            works.getLast().tell(false);
            settle();
            works.removeIf(work -> work.told);
        }
        settle();
    }

    @Override
    protected boolean mayStay(InFlight left) {
        return left.name.startsWith("arrive") && arrivals % parties != 0;
    }
}
