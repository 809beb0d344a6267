// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import dev.wakeful.Context;
import dev.wakeful.Waker;
import dev.wakeful.io.AsyncRead;
import dev.wakeful.io.AsyncWrite;
import dev.wakeful.spi.Timer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A reader and a writer that follows a script, step by step: what is read, what must be written, where it takes time
/// and where it fails.
///
/// ```java
/// var io = ScriptedIo.script()
///         .write("GET /\n")
///         .pause(ofSeconds(1))
///         .read("hel").read("lo")
///         .end();
/// assertEquals("hello", runtime.blockOn(fetch(io)));
/// io.assertDone();
/// ```
///
/// A read waits while the script is at a write, and a write while it is at a read. Behind the last step reads are at
/// the end of the stream. For one thread.
public final class ScriptedIo implements AsyncRead, AsyncWrite {
    private final ArrayDeque<Step> steps;
    private @Nullable Waker reader;
    private @Nullable Waker writer;
    private Timer.@Nullable Alarm alarm;
    private long until;
    private boolean isShutDown;

    private ScriptedIo(ArrayDeque<Step> steps) {
        this.steps = steps;
    }

    private sealed interface Step {
        record Read(ByteBuffer bytes) implements Step {}

        record ReadFails(IOException failure) implements Step {}

        record Write(ByteBuffer bytes) implements Step {}

        record WriteFails(IOException failure) implements Step {}

        record Pause(long nanos) implements Step {}
    }

    /// A script without steps.
    ///
    /// @return the script
    public static Script script() {
        return new Script();
    }

    // ------------------------------------------------------------------------------------------------- reading

    @Override
    public int pollRead(Context cx, ByteBuffer target) throws IOException {
        if (!target.hasRemaining()) {
            return 0;
        }
        return switch (next(cx)) {
            case null -> EOF;
            case Step.Read(var bytes) -> read(bytes, target);
            case Step.ReadFails(var failure) -> {
                done();
                throw failure;
            }
            case Step.Write _, Step.WriteFails _, Step.Pause _ -> {
                reader = cx.waker();
                yield PENDING;
            }
        };
    }

    private int read(ByteBuffer bytes, ByteBuffer target) {
        int count = Math.min(bytes.remaining(), target.remaining());
        target.put(bytes.slice(bytes.position(), count));
        bytes.position(bytes.position() + count);
        if (!bytes.hasRemaining()) {
            done();
        }
        return count;
    }

    @Override
    public void forgetRead() {
        reader = null;
    }

    // ------------------------------------------------------------------------------------------------- writing

    @Override
    public int pollWrite(Context cx, ByteBuffer source) throws IOException {
        if (isShutDown) {
            throw new IOException("the output was shut down");
        }
        if (!source.hasRemaining()) {
            return 0;
        }
        return switch (next(cx)) {
            case Step.Write(var bytes) -> write(bytes, source);
            case Step.WriteFails(var failure) -> {
                done();
                throw failure;
            }
            case null -> throw unexpected(source);
            case Step.Read _, Step.ReadFails _, Step.Pause _ -> {
                if (steps.stream().noneMatch(step -> step instanceof Step.Write || step instanceof Step.WriteFails)) {
                    throw unexpected(source);
                }
                writer = cx.waker();
                yield PENDING;
            }
        };
    }

    private int write(ByteBuffer bytes, ByteBuffer source) {
        int count = Math.min(bytes.remaining(), source.remaining());
        ByteBuffer written = source.slice(source.position(), count);
        if (!written.equals(bytes.slice(bytes.position(), count))) {
            throw new AssertionError("must write " + text(bytes) + ", but wrote " + text(source));
        }
        source.position(source.position() + count);
        bytes.position(bytes.position() + count);
        if (!bytes.hasRemaining()) {
            done();
        }
        return count;
    }

    private static AssertionError unexpected(ByteBuffer source) {
        return new AssertionError("must write nothing more, but wrote " + text(source));
    }

    private static String text(ByteBuffer bytes) {
        return "\""
                + StandardCharsets.UTF_8.decode(bytes.duplicate()).toString().replace("\n", "\\n") + "\"";
    }

    @Override
    public boolean pollFlush(Context cx) {
        return true;
    }

    @Override
    public boolean pollShutdown(Context cx) {
        isShutDown = true;
        return true;
    }

    @Override
    public void forgetWrite() {
        writer = null;
    }

    // ------------------------------------------------------------------------------------------------- the script

    /// The step the script is at, with pauses that are over taken out.
    private @Nullable Step next(Context cx) {
        while (steps.peek() instanceof Step.Pause(var nanos)) {
            Timer timer = cx.get(Timer.KEY);
            if (alarm == null) {
                alarm = timer.alarm();
                until = Timer.after(timer.nanos(), nanos);
            }
            if (timer.nanos() < until) {
                alarm.arm(until, Waker.of(this::wakeBoth));
                break;
            }
            alarm.disarm();
            alarm = null;
            done();
        }
        return steps.peek();
    }

    private void done() {
        steps.remove();
        wakeBoth();
    }

    private void wakeBoth() {
        Waker reading = reader;
        Waker writing = writer;
        reader = null;
        writer = null;
        if (reading != null) {
            reading.wake();
        }
        if (writing != null) {
            writing.wake();
        }
    }

    /// Whether the output was shut down.
    ///
    /// @return `true` from then on
    public boolean isShutDown() {
        return isShutDown;
    }

    /// Checks that every step was taken.
    ///
    /// @throws AssertionError that names the first that was not
    public void assertDone() {
        Step left = steps.peek();
        if (left != null) {
            String what = switch (left) {
                case Step.Read(var bytes) -> "a read of " + text(bytes);
                case Step.ReadFails(var failure) -> "a read that fails with " + failure;
                case Step.Write(var bytes) -> "a write of " + text(bytes);
                case Step.WriteFails(var failure) -> "a write that fails with " + failure;
                case Step.Pause(var nanos) -> "a pause of " + Duration.ofNanos(nanos);
            };
            throw new AssertionError(
                    "the script is not done, " + steps.size() + " steps are left, the first is " + what);
        }
    }

    @Override
    public String toString() {
        return "ScriptedIo[steps=" + steps.size() + "]";
    }

    /// The steps, in the order in which they are said.
    public static final class Script {
        private final ArrayDeque<Step> steps = new ArrayDeque<>();

        private Script() {}

        /// Reads give these bytes and no others until all of them were taken; two calls are two pieces.
        ///
        /// @param text the bytes, in UTF-8
        /// @return this script
        public Script read(String text) {
            return read(text.getBytes(StandardCharsets.UTF_8));
        }

        /// As [#read(String)].
        ///
        /// @param bytes the bytes, at least one
        /// @return this script
        public Script read(byte[] bytes) {
            return add(new Step.Read(atLeastOne(bytes)));
        }

        /// A read fails.
        ///
        /// @param failure what it throws
        /// @return this script
        public Script failRead(IOException failure) {
            return add(new Step.ReadFails(Objects.requireNonNull(failure, "failure must not be null")));
        }

        /// These bytes must be written, in whatever pieces.
        ///
        /// @param text the bytes, in UTF-8
        /// @return this script
        public Script write(String text) {
            return write(text.getBytes(StandardCharsets.UTF_8));
        }

        /// As [#write(String)].
        ///
        /// @param bytes the bytes, at least one
        /// @return this script
        public Script write(byte[] bytes) {
            return add(new Step.Write(atLeastOne(bytes)));
        }

        /// A write fails.
        ///
        /// @param failure what it throws
        /// @return this script
        public Script failWrite(IOException failure) {
            return add(new Step.WriteFails(Objects.requireNonNull(failure, "failure must not be null")));
        }

        /// Nothing happens for a time, counted from the first poll that comes to this step.
        ///
        /// @param time how long, not negative
        /// @return this script
        public Script pause(Duration time) {
            if (time.isNegative()) {
                throw new IllegalArgumentException("time must not be negative, but was " + time);
            }
            return add(new Step.Pause(Durations.nanos(time)));
        }

        private static ByteBuffer atLeastOne(byte[] bytes) {
            if (bytes.length == 0) {
                throw new IllegalArgumentException("bytes must be at least one, but there was none");
            }
            return ByteBuffer.wrap(bytes.clone());
        }

        private Script add(Step step) {
            steps.add(step);
            return this;
        }

        /// Ends the script.
        ///
        /// @return a reader and writer that follows it
        public ScriptedIo end() {
            return new ScriptedIo(new ArrayDeque<>(steps));
        }
    }
}
