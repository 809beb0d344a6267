// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import dev.wakeful.compiler.assembler.Assembler;
import dev.wakeful.compiler.assembler.Place;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;

/// Writes the awaits of a body: the polls in line, and behind the body what saves and restores.
///
/// An await of a block that was just made calls its body without a machine. The body makes one when it suspends, and
/// returns it; nobody else ever sees it.
final class AwaitWriter {
    private static final MethodTypeDesc NOT_NULL = MethodTypeDesc.of(Names.OBJECT, Names.OBJECT);

    private final BlockPlan plan;
    private final CodeBody body;
    private final ClassDesc machine;
    private final Assembler out;
    private final Frames frames;
    private final Slots slots;
    private final Restores restores;
    private final List<Await> awaits = new ArrayList<>();

    /// The labels of an await.
    ///
    /// @param polls the start of the poll in line where that is a call; its failure is then made tidy first
    /// @param polled its end
    /// @param tidy where the failure of such a call goes
    /// @param join behind the await, the value on the stack
    /// @param suspend where a pending poll goes
    /// @param resume the entry of a resume
    /// @param resumed the end of the poll of a resume
    /// @param fail where the failure of that poll goes
    /// @param thrown the start of the throw inside the ranges of the await
    /// @param end its end
    record Await(
            Place polls,
            Place polled,
            Place tidy,
            Place join,
            Place suspend,
            Place resume,
            Place resumed,
            Place fail,
            Place thrown,
            Place end) {
        static Await create() {
            return new Await(
                    new Place(),
                    new Place(),
                    new Place(),
                    new Place(),
                    new Place(),
                    new Place(),
                    new Place(),
                    new Place(),
                    new Place(),
                    new Place());
        }
    }

    AwaitWriter(BlockPlan plan, Assembler out, Frames frames, Restores restores) {
        this.plan = plan;
        this.body = plan.body;
        this.machine = plan.machine();
        this.out = out;
        this.frames = frames;
        this.slots = plan.slots();
        this.restores = restores;
        for (int k = 0; k < body.awaits.size(); k++) {
            awaits.add(Await.create());
        }
    }

    Await at(int k) {
        return awaits.get(k);
    }

    boolean hasHandlers(int k) {
        return plan.flow.handlersAt[body.awaits.get(k)].length > 0;
    }

    /// The ranges of the code that is added, which come before those of the source.
    void handlers() {
        for (int k = 0; k < awaits.size(); k++) {
            if (hasHandlers(k)) {
                Await at = awaits.get(k);
                out.handler(at.resume, at.resumed, at.fail, 0);
                if (plan.calls.containsKey(k)) {
                    out.handler(at.polls, at.polled, at.tidy, 0);
                }
            }
        }
    }

    private Assembler code() {
        return frames.code();
    }

    private void pollRaw() {
        out.callInterface(Names.FUTURE, "pollRaw", Names.STEP);
    }

    private void pendingValue() {
        out.getStatic(Names.FUTURE, "PENDING", Names.OBJECT);
    }

    // ------------------------------------------------------------------------------------------------- in line

    /// Writes the await; the future is on the stack, or the arguments of a direct call.
    void inLine(int k, int i) {
        var state = plan.values.before(i);
        DirectCalls.Call call = plan.calls.get(k);
        Await at = awaits.get(k);
        if (call == null) {
            poll(k, i);
        } else {
            call(call, at, i);
        }
        var stack = new ArrayList<>(state.stack());
        stack.removeLast();
        stack.add(VType.OBJECT);
        frames.at(at.join, state.locals(), plan.keptLocals(i), stack);
    }

    private void poll(int k, int i) {
        if (plan.unwinding.isGated(i)) {
            code().aload(slots.machine())
                    .swap()
                    .aload(slots.context())
                    .constant(k + 1)
                    .constant(plan.unwinding.isCleanup(i) ? 1 : 0)
                    .callStatic(Names.MACHINE, "gate", Names.GATE);
        }
        code().dup().aload(slots.context());
        pollRaw();
        out.dup();
        pendingValue();
        out.ifSame(awaits.get(k).suspend);
        out.swap().pop();
    }

    private void call(DirectCalls.Call call, Await at, int i) {
        int[] captured = call.captured();
        code();
        if (captured != null) {
            arrange(call, captured, plan.values.before(i - 1).stack());
        }
        out.constNull().aload(slots.context()).bind(at.polls);
        call.called().invoke(out);
        out.bind(at.polled);
        out.dup().callStatic(Names.MACHINE, "isOwned", Names.IS_OWNED).ifNotZero(at.suspend);
    }

    /// Makes the arguments of a method that returns a block into those of the block.
    private void arrange(DirectCalls.Call call, int[] captured, List<VType> stack) {
        int count = call.arguments();
        var kinds = new TypeKind[count];
        for (int argument = count - 1; argument >= 0; argument--) {
            kinds[argument] = BodyWriter.kind(stack.get(stack.size() - count + argument));
            out.store(kinds[argument], slots.temps() + 2 * argument);
        }
        if (call.checksReceiver()) {
            out.aload(slots.temps())
                    .callStatic(Names.OBJECTS, "requireNonNull", NOT_NULL)
                    .pop();
        }
        for (int argument : captured) {
            out.load(kinds[argument], slots.temps() + 2 * argument);
        }
    }

    // ------------------------------------------------------------------------------------------------- out of line

    void outOfLine(int k) {
        suspend(k);
        resume(k);
    }

    private void suspend(int k) {
        int i = body.awaits.get(k);
        var state = plan.values.before(i);
        boolean isCall = plan.calls.containsKey(k);
        var stack = new ArrayList<>(state.stack());
        if (isCall) {
            stack.removeLast();
        } else if (plan.unwinding.isGated(i)) {
            stack.set(stack.size() - 1, VType.ref(Names.FUTURE));
        }
        stack.add(VType.OBJECT);
        // the line of all that follows begins here, at an instruction that is never reached: no breakpoint stops there
        frames.at(new Place(), state.locals(), plan.keptLocals(i), stack);
        line(i);
        code().nop();
        frames.at(awaits.get(k).suspend, state.locals(), plan.keptLocals(i), stack);
        code();
        if (isCall) {
            out.cast(Names.MACHINE);
        } else {
            out.pop();
        }
        if (plan.isDirect()) {
            madeMachine();
        }
        out.aload(slots.machine()).swap().put(machine, "awaited", Names.FUTURE);
        restores.save(k);
        out.aload(slots.machine()).constant(k + 1).put(machine, "state", ConstantDescs.CD_short);
        pending();
        out.areturn();
    }

    /// A body that was called without a machine makes one now.
    private void madeMachine() {
        out.aload(slots.machine());
        if (plan.isInstance) {
            out.aload(0);
        }
        out.callStatic(machine, MachineWriter.KEPT, MachineWriter.keptType(plan))
                .astore(slots.machine());
    }

    private void pending() {
        if (plan.isDirect()) {
            out.aload(slots.machine()).callVirtual(machine, "suspended", Names.SUSPENDED);
        } else {
            pendingValue();
        }
    }

    private void line(int i) {
        int line = body.lineAt(i);
        if (line != 0) {
            out.line(line);
        }
    }

    private void resume(int k) {
        Await at = awaits.get(k);
        int i = body.awaits.get(k);
        Place ready = new Place();
        frames.bare(at.resume, List.of());
        code().aload(slots.machine()).get(machine, "awaited", Names.FUTURE).aload(slots.context());
        DirectCalls.Call call = plan.calls.get(k);
        if (call == null) {
            pollRaw();
        } else {
            out.callStatic(call.called().machine(), MachineWriter.AGAIN, MachineWriter.AGAIN_TYPE);
        }
        out.bind(at.resumed);
        out.dup();
        pendingValue();
        out.ifOther(ready);
        if (plan.isDirect()) {
            out.pop();
            pending();
        }
        out.areturn();
        frames.bare(ready, List.of(VType.OBJECT));
        restores.goOn(k, at.join);
        if (hasHandlers(k)) {
            frames.bare(at.fail, List.of(VType.ref(Names.THROWABLE)));
            restores.goOnFailed(k, plan.calls.containsKey(k) ? at.tidy : at.thrown);
            thrown(k, at, i);
        }
    }

    /// The failure of the await, thrown inside its ranges.
    private void thrown(int k, Await at, int i) {
        var state = plan.values.before(i);
        var failure = List.of(VType.ref(Names.THROWABLE));
        if (plan.calls.containsKey(k)) {
            frames.at(at.tidy, state.locals(), plan.keptLocals(i), failure);
            code().callStatic(Names.MACHINE, "tidy", Names.TIDY);
        }
        frames.at(at.thrown, state.locals(), plan.keptLocals(i), failure);
        code().athrow();
        out.bind(at.end);
    }
}
