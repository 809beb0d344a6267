// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import dev.wakeful.CheckedFuture;
import dev.wakeful.Context;
import dev.wakeful.Description;
import dev.wakeful.Future;
import dev.wakeful.spi.Resolver;
import dev.wakeful.spi.Timer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The host names of a [SimNetwork], each with its addresses or the failure of asking for them.
///
/// `localhost` and addresses in digits are known from the start. Each method gives these names back.
public final class SimNames implements Resolver {
    private final Timer timer;
    private final RandomGenerator random;
    private final Map<String, List<InetAddress>> addresses = new HashMap<>();
    private final Map<String, IOException> failures = new HashMap<>();
    private long minDelay;
    private long maxDelay;

    SimNames(Timer timer, RandomGenerator random) {
        this.timer = timer;
        this.random = random;
        this.addresses.put("localhost", List.of(InetAddress.getLoopbackAddress()));
    }

    /// Gives a host its addresses, in the place of what it had.
    ///
    /// @param host the name
    /// @param found the addresses, one at least
    /// @return these names
    public SimNames put(String host, InetAddress... found) {
        if (found.length == 0) {
            throw new IllegalArgumentException("a host must have an address, but " + host + " was given none");
        }
        addresses.put(host, List.of(found));
        failures.remove(host);
        return this;
    }

    /// Has asking for a host fail, until it is given addresses.
    ///
    /// @param host the name
    /// @param failure what is thrown
    /// @return these names
    public SimNames fail(String host, IOException failure) {
        failures.put(host, failure);
        return this;
    }

    /// Each answer takes a time between the two, as the seed says.
    ///
    /// @param min at least, not negative
    /// @param max at most
    /// @return these names
    public SimNames delay(Duration min, Duration max) {
        if (min.isNegative() || max.compareTo(min) < 0) {
            throw new IllegalArgumentException(
                    "a delay must go from a time up to a longer one, but was " + min + " to " + max);
        }
        minDelay = Durations.nanos(min);
        maxDelay = Durations.nanos(max);
        return this;
    }

    @Override
    public Future<List<InetAddress>> lookup(String host) {
        return new Lookup(host);
    }

    private List<InetAddress> answer(String host) throws IOException {
        IOException failure = failures.get(host);
        if (failure != null) {
            throw failure;
        }
        List<InetAddress> known = addresses.get(host);
        if (known != null) {
            return known;
        }
        try {
            return List.of(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException name) {
            throw new UnknownHostException(host);
        }
    }

    private final class Lookup extends CheckedFuture<List<InetAddress>> {
        private final String host;
        private Timer.@Nullable Alarm alarm;
        private long answers;

        Lookup(String host) {
            this.host = host;
        }

        @Override
        protected Object advance(Context cx) throws IOException {
            if (alarm == null) {
                alarm = timer.alarm();
                long delay = maxDelay == minDelay ? minDelay : random.nextLong(minDelay, maxDelay + 1);
                answers = Timer.after(timer.nanos(), delay);
            }
            if (timer.nanos() < answers) {
                alarm.arm(answers, cx.waker());
                return PENDING;
            }
            return answer(host);
        }

        @Override
        protected boolean release(Context cx) {
            if (alarm != null) {
                alarm.disarm();
            }
            return true;
        }

        @Override
        public void describe(Description to) {
            to.label("lookup of " + host);
            to.waitsFor("the addresses of " + host, null);
        }
    }
}
