// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.wakeful.AsyncFunction;
import dev.wakeful.Future;
import dev.wakeful.JoinHandle;
import dev.wakeful.Poll;
import dev.wakeful.TaskScope;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// S-T1 for children of a scope that supervises: a failure is reported when the scope has ended and nobody awaited it.
class UnreadFailureTest {
    private static final Logger LOG = Logger.getLogger("dev.wakeful.task");

    private final List<String> logged = new ArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            logged.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        LOG.setUseParentHandlers(false);
        LOG.addHandler(handler);
    }

    @AfterEach
    void listenNoMore() {
        LOG.removeHandler(handler);
        LOG.setUseParentHandlers(true);
    }

    /// A body whose child fails at once, and which goes on for some turns after that.
    private final class Turns implements AsyncFunction<TaskScope, Object> {
        private final boolean awaits;
        private int turns;

        Turns(boolean awaits) {
            this.awaits = awaits;
        }

        @Override
        public Object apply(TaskScope scope) {
            throw new AssertionError("start is called instead");
        }

        @Override
        public Future<Object> start(TaskScope scope) {
            JoinHandle<Object> child = scope.spawn("unlucky", Future.failed(new IllegalStateException("broken")));
            return cx -> {
                if (!child.isFinished() || turns++ < 3) {
                    cx.waker().wake();
                    return Poll.pending();
                }
                assertEquals(List.of(), logged);
                if (awaits) {
                    assertThrows(IllegalStateException.class, () -> child.poll(cx));
                }
                return Poll.ready("done");
            };
        }
    }

    private void run(boolean awaits) throws Exception {
        try (var runtime = TestRuntime.create()) {
            assertEquals("done", runtime.blockOn(TaskScope.call(TaskScope.Policy.SUPERVISE, new Turns(awaits))));
        }
    }

    @Test
    void failureThatIsAwaitedBeforeTheScopeEndsIsNotReported() throws Exception {
        run(true);
        assertEquals(List.of(), logged);
    }

    @Test
    void failureThatNobodyAwaitsIsReportedWhenTheScopeHasEnded() throws Exception {
        run(false);
        assertEquals(List.of("task 2 \"unlucky\" failed, and nobody awaits it"), logged);
    }
}
