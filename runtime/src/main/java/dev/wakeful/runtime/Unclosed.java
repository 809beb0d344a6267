// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.Report;
import dev.wakeful.internal.CallSite;
import java.lang.ref.Cleaner;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Says so when a runtime is never closed: when the collector finds that nobody can close it any more, which then is
/// done here, and when the JVM exits before.
///
/// It knows the engine and not the runtime, which it would keep reachable.
final class Unclosed implements Runnable {
    private static final Cleaner CLEANER = Cleaner.create();
    private static final Set<Unclosed> OPEN = ConcurrentHashMap.newKeySet();
    private static final AtomicBoolean HOOKED = new AtomicBoolean();

    private final Engine engine;

    /// Made where the runtime was; its stack becomes text only for a report.
    private final Throwable made = new Throwable();

    private Unclosed(Engine engine) {
        this.engine = engine;
    }

    /// Begins to look after a runtime; [Cleaner.Cleanable#clean()] ends that, without a word when it was closed.
    static Cleaner.Cleanable watch(AsyncRuntime runtime, Engine engine) {
        if (HOOKED.compareAndSet(false, true)) {
            try {
                Runtime.getRuntime().addShutdownHook(new Thread(Unclosed::exit, "wakeful-exit"));
            } catch (IllegalStateException _) {
                // the JVM exits already
            }
        }
        var unclosed = new Unclosed(engine);
        OPEN.add(unclosed);
        return CLEANER.register(runtime, unclosed);
    }

    /// The frame that called into the runtime's own code.
    private @Nullable StackTraceElement site() {
        for (StackTraceElement frame : made.getStackTrace()) {
            if (!isOurs(frame.getClassName())) {
                return frame;
            }
        }
        return null;
    }

    /// The frame that calls into the runtime's own code now.
    static @Nullable StackTraceElement caller() {
        return CallSite.outside(frame -> isOurs(frame.getClassName()));
    }

    private static boolean isOurs(String type) {
        return type.startsWith(AsyncRuntime.class.getName()) || type.equals(Unclosed.class.getName());
    }

    @Override
    public void run() {
        OPEN.remove(this);
        if (engine.isOpen()) {
            engine.settings.report(report("became unreachable"));
            Thread.ofPlatform().name("wakeful-closer").daemon().start(() -> engine.close(engine.settings.graceNanos()));
        }
    }

    private Report report(String what) {
        StackTraceElement site = site();
        return new Report(
                "unclosed-runtime",
                engine + (site == null ? "" : ", made at " + site + ",") + " " + what + " with " + engine.live()
                        + " tasks and was never closed; close it, as try-with-resources does",
                null);
    }

    private static void exit() {
        for (Unclosed unclosed : OPEN) {
            if (unclosed.engine.isOpen()) {
                unclosed.engine.settings.reportAtExit(unclosed.report("was left behind by the end of the program"));
            }
        }
    }
}
