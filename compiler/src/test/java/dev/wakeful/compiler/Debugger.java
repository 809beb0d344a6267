// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.Location;
import com.sun.jdi.Method;
import com.sun.jdi.ObjectReference;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.StackFrame;
import com.sun.jdi.StringReference;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.Value;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.event.LocatableEvent;
import com.sun.jdi.event.StepEvent;
import com.sun.jdi.event.VMDisconnectEvent;
import com.sun.jdi.request.StepRequest;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A debugger that runs a program in a JVM of its own and notes where it stops, and what it sees there.
final class Debugger implements AutoCloseable {
    private static final long PATIENCE = 30_000;

    private final VirtualMachine vm;
    private final String type;

    /// A stop: the line, the variables that can be seen with their values, and a field of `this`.
    record Stop(int line, Map<String, String> locals, String base) {}

    Debugger(Path classes, String type, int pendings) throws Exception {
        this(classes, type, pendings, "RunOne", "");
    }

    /// @param main the class of the corpus that runs the program
    /// @param options more options of the JVM
    Debugger(Path classes, String type, int pendings, String main, String options) throws Exception {
        this.type = type;
        var connector = Bootstrap.virtualMachineManager().defaultConnector();
        var arguments = connector.defaultArguments();
        arguments
                .get("options")
                .setValue(options + " -XX:TieredStopAtLevel=1 -cp " + Jdk.classPath() + File.pathSeparator + classes);
        arguments.get("main").setValue("dev.wakeful.compiler.corpus." + main + " " + type + " " + pendings);
        vm = connector.launch(arguments);
        var prepare = vm.eventRequestManager().createClassPrepareRequest();
        prepare.addClassFilter(type);
        prepare.enable();
    }

    /// Stops at every line of the block, as often as it is reached.
    List<Stop> breakpointsOnEveryLine() throws Exception {
        var stops = new ArrayList<Stop>();
        run(event -> {
            if (event instanceof ClassPrepareEvent prepared) {
                for (Location location : linesOf(body(prepared.referenceType()))) {
                    var request = vm.eventRequestManager().createBreakpointRequest(location);
                    request.enable();
                }
            } else if (event instanceof BreakpointEvent stop) {
                stops.add(look(stop));
            }
        });
        return stops;
    }

    /// How often a breakpoint on a line stops, in whichever methods the line is.
    int stopsAt(int line) throws Exception {
        var stops = new ArrayList<Location>();
        run(event -> {
            if (event instanceof ClassPrepareEvent prepared) {
                for (Location location : locations(prepared.referenceType(), line)) {
                    vm.eventRequestManager().createBreakpointRequest(location).enable();
                }
            } else if (event instanceof BreakpointEvent stop) {
                stops.add(stop.location());
            }
        });
        return stops.size();
    }

    private static List<Location> locations(ReferenceType type, int line) {
        try {
            return type.locationsOfLine(line);
        } catch (com.sun.jdi.AbsentInformationException e) {
            throw new AssertionError(e);
        }
    }

    /// Stops at the first line of the block and steps over each line until the block is left.
    List<Integer> stepOverLines() throws Exception {
        return stepLines(StepRequest.STEP_OVER);
    }

    /// Stops at the first line of the block and steps into each line, but not into classes of the library and the JDK,
    /// until the program ends.
    List<Integer> stepIntoLines() throws Exception {
        return stepLines(StepRequest.STEP_INTO);
    }

    private List<Integer> stepLines(int depth) throws Exception {
        var lines = new ArrayList<Integer>();
        run(event -> {
            if (event instanceof ClassPrepareEvent prepared) {
                vm.eventRequestManager()
                        .createBreakpointRequest(
                                linesOf(body(prepared.referenceType())).getFirst())
                        .enable();
            } else if (event instanceof BreakpointEvent stop && lines.isEmpty()) {
                lines.add(stop.location().lineNumber());
                StepRequest step =
                        vm.eventRequestManager().createStepRequest(stop.thread(), StepRequest.STEP_LINE, depth);
                if (depth == StepRequest.STEP_INTO) {
                    for (String others : List.of("java.*", "jdk.*", "sun.*", "dev.wakeful.*")) {
                        step.addClassExclusionFilter(others);
                    }
                }
                step.enable();
            } else if (event instanceof StepEvent stop) {
                if (stop.location().declaringType().name().equals(type)) {
                    lines.add(stop.location().lineNumber());
                } else if (depth == StepRequest.STEP_OVER) {
                    vm.eventRequestManager().deleteEventRequest(stop.request());
                }
            }
        });
        return lines;
    }

    /// Each place of the line table, where debuggers set the breakpoints of a line.
    private static List<Location> linesOf(Method body) {
        try {
            return body.allLineLocations();
        } catch (com.sun.jdi.AbsentInformationException e) {
            throw new AssertionError(e);
        }
    }

    private static Method body(ReferenceType host) {
        return host.methods().stream()
                .filter(method -> !method.isStatic() && method.name().startsWith("lambda$total$"))
                .findFirst()
                .orElseThrow(() -> new AssertionError(host.methods()));
    }

    private Stop look(LocatableEvent stop) {
        try {
            StackFrame frame = stop.thread().frame(0);
            var locals = new TreeMap<String, String>();
            frame.getValues(frame.visibleVariables()).forEach((variable, value) -> {
                if (locals.put(variable.name(), text(value)) != null) {
                    throw new AssertionError(variable.name() + " twice");
                }
            });
            ObjectReference self = frame.thisObject();
            Value base = self.getValue(self.referenceType().fieldByName("base"));
            return new Stop(stop.location().lineNumber(), locals, text(base));
        } catch (com.sun.jdi.IncompatibleThreadStateException | com.sun.jdi.AbsentInformationException e) {
            throw new AssertionError(e);
        }
    }

    private static String text(Value value) {
        if (value instanceof StringReference string) {
            return string.value();
        }
        return value instanceof ObjectReference object
                ? object.referenceType().name().replaceAll("/0x.*", "")
                : String.valueOf(value);
    }

    private interface Handler {
        void handle(Event event);
    }

    private void run(Handler handler) throws Exception {
        try {
            while (true) {
                EventSet events = vm.eventQueue().remove(PATIENCE);
                if (events == null) {
                    throw new AssertionError("the program does not end");
                }
                for (Event event : events) {
                    if (event instanceof VMDisconnectEvent) {
                        return;
                    }
                    handler.handle(event);
                }
                events.resume();
            }
        } catch (VMDisconnectedException ended) {
            // the program has ended
        }
    }

    @Override
    public void close() {
        vm.process().destroyForcibly();
    }
}
