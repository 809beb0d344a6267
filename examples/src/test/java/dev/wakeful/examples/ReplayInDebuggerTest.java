// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.Location;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.StackFrame;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.LaunchingConnector;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.VMDeathEvent;
import com.sun.jdi.event.VMDisconnectEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The line that replays a failure, run in a debugger: the breakpoint in the user's block is hit at the same steps with
/// the same values, each time.
class ReplayInDebuggerTest {
    private static final String COUNTERS = """
        import static dev.wakeful.Async.*;
        import static org.junit.jupiter.api.Assertions.assertEquals;
        import dev.wakeful.Future;
        import dev.wakeful.testkit.*;

        class Counters {
            int count;

            Future<Void> increment() {
                return async(() -> {
                    int before = count;
                    await(yieldNow());
                    count = before + 1;
                });
            }

            @AsyncTest(schedules = 100)
            void atOnce(TestRuntime runtime) throws Exception {
                runtime.run(scope -> {
                    scope.spawn(increment());
                    scope.spawn(increment());
                });
                assertEquals(2, count);
            }
        }
        """;
    private static final int LINE = 13; // count = before + 1;

    @TempDir
    private Path folder;

    @Test
    void aReplayedRaceIsTheSameEachTime() throws Exception {
        Path file = Files.writeString(folder.resolve("Counters.java"), COUNTERS);
        String replay = replayLine(file);
        List<String> hits = hits(file, replay);
        assertEquals(List.of("Counters.increment:13 before=0 count=0", "Counters.increment:13 before=0 count=1"), hits);
        assertEquals(hits, hits(file, replay));
    }

    private static String replayLine(Path file) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.wakeful.cli.Main",
                        "test",
                        file.toString())
                .redirectErrorStream(true)
                .start();
        String output = process.inputReader().readAllAsString();
        assertEquals(1, process.waitFor(), output);
        Matcher line = Pattern.compile("-Dwakeful\\.seed=\\S+ -Dwakeful\\.schedule=\\S*")
                .matcher(output);
        assertTrue(line.find(), output);
        return line.group();
    }

    /// Where the breakpoint is hit, with the values that are to be seen there.
    private static List<String> hits(Path file, String replay) throws Exception {
        VirtualMachine machine = launch("dev.wakeful.cli.Main test " + file + " " + replay);
        drain(machine.process());
        var request = machine.eventRequestManager().createClassPrepareRequest();
        request.addClassFilter("Counters");
        request.enable();
        List<String> hits = new ArrayList<>();
        try {
            while (true) {
                var events = machine.eventQueue().remove();
                for (Event event : events) {
                    if (event instanceof ClassPrepareEvent prepared) {
                        breakAt(machine, prepared.referenceType());
                    } else if (event instanceof BreakpointEvent hit) {
                        hits.add(words(hit.thread().frame(0)));
                    } else if (event instanceof VMDeathEvent || event instanceof VMDisconnectEvent) {
                        return hits;
                    }
                }
                events.resume();
            }
        } catch (VMDisconnectedException ended) {
            return hits;
        } finally {
            machine.process().destroyForcibly();
        }
    }

    private static VirtualMachine launch(String main) throws Exception {
        LaunchingConnector connector = Bootstrap.virtualMachineManager().defaultConnector();
        var arguments = connector.defaultArguments();
        set(arguments.get("main"), main);
        set(arguments.get("options"), "-cp " + System.getProperty("java.class.path"));
        return connector.launch(arguments);
    }

    private static void set(Connector.@Nullable Argument argument, String value) {
        assertNotNull(argument);
        argument.setValue(value);
    }

    private static void drain(Process process) {
        for (var stream : List.of(process.getInputStream(), process.getErrorStream())) {
            CompletableFuture.runAsync(() -> {
                try {
                    stream.readAllBytes();
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            });
        }
    }

    private static void breakAt(VirtualMachine machine, ReferenceType type) throws Exception {
        for (Location location : type.locationsOfLine(LINE)) {
            machine.eventRequestManager().createBreakpointRequest(location).enable();
        }
    }

    private static String words(StackFrame frame) throws Exception {
        var self = frame.thisObject();
        assertNotNull(self, "the block's body is a method of its class");
        return self.referenceType().name() + ".increment:" + frame.location().lineNumber() + " before="
                + frame.getValue(frame.visibleVariableByName("before")) + " count="
                + self.getValue(self.referenceType().fieldByName("count"));
    }
}
