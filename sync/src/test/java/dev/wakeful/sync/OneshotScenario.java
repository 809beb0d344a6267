// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The one value is received, handed back, undelivered or still there: exactly one of these at each step.
public final class OneshotScenario extends Scenario {
    private static final String VALUE = "value";

    private final Set<InFlight> receives = new HashSet<>();
    private final Set<InFlight> closings = new HashSet<>();
    private Oneshot<String> channel = Oneshot.create();
    private int undelivered;
    private int received;
    private int handedBack;
    private boolean sent;
    private boolean settled;
    private boolean gone;

    public OneshotScenario() {}

    @Override
    protected void begin() {
        undelivered = 0;
        channel = Oneshot.create(value -> undelivered++);
        watched(channel.cell);
        receives.clear();
        closings.clear();
        received = 0;
        handedBack = 0;
        sent = false;
        settled = false;
        gone = false;
    }

    @Override
    protected void step() throws Exception {
        switch (random(12)) {
            case 0 -> send();
            case 1 -> fail();
            case 2 -> closeSender();
            case 3 -> closeReceiver();
            case 4, 5 -> add(receives, start("receive", channel.receiver().receive()));
            case 6 -> add(closings, start("closed", channel.sender().closed()));
            case 7 -> tryReceive();
            default -> stir();
        }
    }

    private void add(Set<InFlight> set, InFlight started) {
        if (inFlight().contains(started)) {
            set.add(started);
        }
    }

    private void send() {
        if (random(3) != 0) {
            return; // or nearly every schedule would begin with it
        }
        try {
            channel.sender().send(VALUE);
            expect(!settled && !gone, "sent twice, or to nobody");
            sent = true;
            settled = true;
        } catch (ClosedException e) {
            expect(gone && !settled, "refused, though somebody receives");
            expect(VALUE.equals(e.value()), "handed back " + e.value());
            handedBack++;
        } catch (IllegalStateException e) {
            expect(settled, "refused as a second value");
        }
    }

    private void fail() {
        if (random(3) != 0) {
            return;
        }
        try {
            channel.sender().fail(new IOException("failed"));
            settled |= !gone;
        } catch (IllegalStateException e) {
            expect(settled, "refused as a second value");
        }
    }

    private void closeSender() {
        if (random(4) == 0) {
            channel.sender().close();
            settled |= !gone;
        }
    }

    private void closeReceiver() {
        if (random(4) == 0) {
            channel.receiver().close();
            gone = true;
        }
    }

    private void tryReceive() throws Exception {
        try {
            String value = channel.receiver().tryReceive();
            expect(value == null ? !settled : sent, "tryReceive gave " + value);
            if (value != null) {
                received++;
                gone = true;
            }
        } catch (ClosedException | IOException e) {
            expect(settled && !sent, "failed without a failure");
            gone = true;
        } catch (IllegalStateException e) {
            expect(gone, "refused, though it is open");
        }
    }

    @Override
    protected void completed(InFlight done, @Nullable Object value) {
        if (closings.remove(done) || done.name.startsWith("closed")) {
            expect(gone, "told of an end that has not come");
            return;
        }
        receives.remove(done);
        expect(VALUE.equals(value) && sent, "received " + value);
        received++;
        gone = true;
    }

    @Override
    protected void failed(InFlight done, Exception failure) throws Exception {
        receives.remove(done);
        boolean misuse = failure.getClass() == IllegalStateException.class;
        if (!misuse && !(failure instanceof ClosedException) && !(failure instanceof IOException)) {
            throw failure;
        }
        expect(misuse ? gone : settled && !sent, "failed with " + failure);
        gone = true;
    }

    @Override
    protected void cancelled(InFlight left) {
        receives.remove(left);
        closings.remove(left);
    }

    @Override
    protected void check() {
        expect(received + undelivered <= (sent ? 1 : 0), "the value is there more than once");
        expect(!sent || !gone || received + undelivered == 1, "the value is nowhere");
        expect(channel.sender().isClosed() == gone, "the sender does not know whether somebody receives");
        for (InFlight waiting : receives) {
            expect(!settled || waiting.woken(), waiting + " was not woken");
        }
        for (InFlight waiting : closings) {
            expect(!gone || waiting.woken(), waiting + " was not told of the end");
        }
    }

    @Override
    protected void finish() throws Exception {
        channel.sender().close();
        settled |= !gone;
        settle();
        channel.receiver().close();
        gone = true;
    }

    @Override
    protected boolean mayStay(InFlight left) {
        return left.name.startsWith("receive") && !settled; // the receiver was closed under it
    }
}
