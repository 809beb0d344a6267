// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import javax.management.JMException;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/*
 * Why no bean stays registered that should not be. The publisher registers a bean and then sets it from WAITING to PUBLISHED by
 * CAS; who closes swaps in CLOSED. Whichever is second takes the bean out again: the publisher when its CAS fails, the one who
 * closes when it found PUBLISHED.
 *
 * Why none is forgotten. A runtime is put into the queue and then looks whether the publisher runs; the publisher says that it
 * does not run any more and then looks at the queue. At least one of them sees the other.
 *
 * Why the publisher ends when there is nothing to do. Who closes takes the bean out of the queue and then unparks the publisher,
 * which looks at the queue before each park.
 */

/// The runtimes of this JVM as MBeans.
///
/// The platform's MBean server takes a tenth of a second of processor time to come up, which a program that ends sooner
/// should not pay. So a runtime is registered when it has lived for a second, by a daemon thread that ends when it has
/// nothing to do. It is not a virtual one, whose scheduler would have to come up for it.
final class Management {
    private static final long AFTER_MILLIS = 1_000;
    private static final boolean ON = !"false".equals(System.getProperty("wakeful.management"));

    private static final AtomicLong COUNT = new AtomicLong();
    private static final Queue<Bean> WAITING_BEANS = new ConcurrentLinkedQueue<>();
    private static final AtomicReference<@Nullable Thread> PUBLISHER = new AtomicReference<>();

    private enum State {
        WAITING,
        PUBLISHED,
        CLOSED
    }

    private Management() {}

    /// Has a runtime registered in a while.
    static Bean add(Engine engine) {
        var bean = new Bean(engine, COUNT.incrementAndGet());
        if (ON) {
            WAITING_BEANS.add(bean);
            if (PUBLISHER.get() == null) {
                startPublisher();
            }
        }
        return bean;
    }

    private static void startPublisher() {
        Thread thread = Thread.ofPlatform()
                .name("wakeful-management")
                .daemon()
                .inheritInheritableThreadLocals(false)
                .unstarted(Management::publish);
        if (PUBLISHER.compareAndSet(null, thread)) {
            thread.start();
        }
    }

    private static void publish() {
        try {
            for (Bean next = WAITING_BEANS.peek(); next != null; next = WAITING_BEANS.peek()) {
                long left = next.dueNanos - System.nanoTime();
                if (left > 0) {
                    LockSupport.parkNanos(left);
                } else if (WAITING_BEANS.remove(next)) {
                    next.publish();
                }
            }
        } catch (JMException | RuntimeException | LinkageError e) {
            Log.log(Level.DEBUG, "runtimes cannot be registered as MBeans", e);
        } finally {
            PUBLISHER.set(null);
        }
        if (!WAITING_BEANS.isEmpty()) {
            startPublisher();
        }
    }

    /// One runtime, which the bean does not keep reachable.
    static final class Bean implements RuntimeMXBean {
        private final WeakReference<Engine> engine;
        private final String name;
        private final long id;
        private final long dueNanos = System.nanoTime() + AFTER_MILLIS * 1_000_000;
        private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);

        Bean(Engine engine, long id) {
            this.engine = new WeakReference<>(engine);
            this.name = engine.settings.name();
            this.id = id;
        }

        boolean isClosed() {
            return state.get() == State.CLOSED;
        }

        private ObjectName objectName() throws JMException {
            return new ObjectName("dev.wakeful:type=AsyncRuntime,id=" + id + ",name=" + ObjectName.quote(name));
        }

        private void publish() throws JMException {
            if (isClosed()) {
                return;
            }
            ManagementFactory.getPlatformMBeanServer().registerMBean(this, objectName());
            if (!state.compareAndSet(State.WAITING, State.PUBLISHED)) {
                withdraw();
            }
        }

        /// The runtime was closed.
        void close() {
            if (state.getAndSet(State.CLOSED) == State.PUBLISHED) {
                try {
                    withdraw();
                } catch (JMException e) {
                    Log.log(Level.DEBUG, "the MBean of " + name + " was not registered any more", e);
                }
            } else if (WAITING_BEANS.remove(this)) {
                LockSupport.unpark(PUBLISHER.get());
            }
        }

        private void withdraw() throws JMException {
            ManagementFactory.getPlatformMBeanServer().unregisterMBean(objectName());
        }

        private RuntimeMetrics metrics() {
            return engine().metrics();
        }

        private Engine engine() {
            @Nullable Engine held = engine.get();
            if (held == null) {
                throw new IllegalStateException(name + " is gone: it became unreachable and was never closed");
            }
            return held;
        }

        @Override
        public String getName() {
            return name;
        }

        @Override
        public long getTasksStarted() {
            return metrics().tasksStarted();
        }

        @Override
        public long getTasksLive() {
            return metrics().tasksLive();
        }

        @Override
        public long getPolls() {
            return metrics().polls();
        }

        @Override
        public long getParks() {
            return metrics().parks();
        }

        @Override
        public long getWakes() {
            return metrics().wakes();
        }

        @Override
        public long getSteals() {
            return metrics().steals();
        }

        @Override
        public int getQueued() {
            return metrics().queued();
        }

        @Override
        public long[] getPollTimeCounts() {
            return metrics().pollTimes().counts();
        }

        @Override
        public long[] getScheduleLatencyCounts() {
            return metrics().scheduleLatency().counts();
        }

        @Override
        public long getPollTimeP99Nanos() {
            return metrics().pollTimes().nanosAt(0.99);
        }

        @Override
        public long getScheduleLatencyP99Nanos() {
            return metrics().scheduleLatency().nanosAt(0.99);
        }

        @Override
        public int getTimers() {
            return metrics().timers();
        }

        @Override
        public int getSockets() {
            return metrics().sockets();
        }

        @Override
        public int getBlockingWork() {
            return metrics().blockingWork();
        }

        @Override
        public String dump() {
            return engine().dump().text();
        }

        @Override
        public String dumpJson() {
            return engine().dump().json();
        }
    }
}
