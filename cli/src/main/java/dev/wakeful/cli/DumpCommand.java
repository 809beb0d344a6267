// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.cli;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/// Prints the dump of each runtime of a running process: `wakeful dump [--json] PID`.
///
/// The process need not have done anything for that. The JVM there is asked to start its local management agent, under
/// which each runtime has registered itself.
final class DumpCommand implements Command {
    /// How long a process that has just begun has for registering its runtimes.
    static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final String RUNTIMES = "dev.wakeful:type=AsyncRuntime,*";
    private static final long PAUSE_MILLIS = 100;

    private final PrintStream out;
    private final Duration patience;

    DumpCommand(PrintStream out, Duration patience) {
        this.out = out;
        this.patience = patience;
    }

    @Override
    public String name() {
        return "dump";
    }

    @Override
    public String operands() {
        return "[--json] PID";
    }

    @Override
    public String summary() {
        return "shows what the tasks of a running process wait for";
    }

    @Override
    public int run(List<String> arguments) throws Exception {
        var operands = new ArrayList<>(arguments);
        boolean json = operands.remove("--json");
        if (operands.size() != 1) {
            throw new UsageException("dump needs the id of one process: wakeful dump [--json] PID");
        }
        long pid = pid(operands.getFirst());
        List<String> dumps = dumps(pid, json);
        out.println(
                json
                        ? "[" + String.join(",", dumps) + "]"
                        : String.join("\n", dumps).stripTrailing());
        return 0;
    }

    private static long pid(String operand) throws UsageException {
        long pid;
        try {
            pid = Long.parseLong(operand);
        } catch (NumberFormatException e) {
            throw new UsageException(
                    operand.startsWith("-")
                            ? "there is no option " + operand + " of dump; it knows --json"
                            : "the id of a process is a number, but was \"" + operand + "\"");
        }
        if (pid <= 0 || ProcessHandle.of(pid).isEmpty()) {
            throw new UsageException(1, "there is no process " + pid, null);
        }
        return pid;
    }

    @SuppressWarnings("BanJNDI") // the address is that of a JVM of this user, as the attach API gave it
    private List<String> dumps(long pid, boolean json) throws Exception {
        try (JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(agentOf(pid)))) {
            MBeanServerConnection server = connector.getMBeanServerConnection();
            for (long waited = 0; ; waited += PAUSE_MILLIS) {
                List<String> dumps = dumps(server, json);
                if (!dumps.isEmpty()) {
                    return dumps;
                }
                if (waited >= patience.toMillis()) {
                    throw new UsageException(1, "process " + pid + " has no runtime of Wakeful that is open", null);
                }
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (IOException e) {
            throw new UsageException(1, "process " + pid + " went away while it was looked at: " + e.getMessage(), e);
        }
    }

    private static String agentOf(long pid) throws UsageException {
        if (pid == ProcessHandle.current().pid()) {
            throw new UsageException(1, "process " + pid + " is this command, which has no runtime", null);
        }
        try {
            VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
            try {
                return machine.startLocalManagementAgent();
            } finally {
                machine.detach();
            }
        } catch (AttachNotSupportedException | IOException e) {
            throw new UsageException(
                    1,
                    "process " + pid + " does not let itself be looked at; it has to be a JVM of the same user, but the"
                            + " attempt said: " + e.getMessage(),
                    e);
        }
    }

    private static List<String> dumps(MBeanServerConnection server, boolean json) throws IOException, JMException {
        Set<ObjectName> names = new TreeSet<>(server.queryNames(new ObjectName(RUNTIMES), null));
        List<String> dumps = new ArrayList<>();
        for (ObjectName name : names) {
            try {
                dumps.add((String) server.invoke(name, json ? "dumpJson" : "dump", null, null));
            } catch (JMException _) {
                // closed between the query and now
            }
        }
        return dumps;
    }
}
