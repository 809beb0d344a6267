// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks;

import dev.wakeful.benchmarks.processes.Tokio;
import dev.wakeful.benchmarks.workload.Effort;
import dev.wakeful.benchmarks.workload.Sample;
import dev.wakeful.benchmarks.workload.Workload;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// A workload of a JMH class with a method for each contestant. A turn is a JVM of its own.
final class Operation implements Workload {
    /// The same for every contestant. One carrier, so that virtual threads have one thread as the others have.
    static final List<String> FLAGS = flags(1);

    private static final String OURS = "wakeful";
    private static final String TOKIO = "tokio";
    private static final String ONE_LOOP = "completableFuture";

    private final String name;
    private final String summary;
    private final Class<?> type;
    private final Map<String, String> parameters = new LinkedHashMap<>();
    private List<String> flags = FLAGS;
    private boolean alone = true;
    private Mode mode = Mode.AverageTime;
    private TimeUnit unit = TimeUnit.NANOSECONDS;

    Operation(String name, String summary, Class<?> type) {
        this.name = name;
        this.summary = summary;
        this.type = type;
    }

    Operation with(String parameter, Object value) {
        parameters.put(parameter, String.valueOf(value));
        return this;
    }

    /// Two workers, carriers or dispatcher threads; without the contestant that has one queue and one thread.
    ///
    /// Each reference that is stored marks a card of the serial collector, and the cards of 32 kB of heap share a cache
    /// line: without a look before the mark, two threads slow each other down by as much as four times, or not at all,
    /// by where the collector has put their objects.
    Operation onTwoThreads() {
        flags = Stream.concat(flags(2).stream(), Stream.of("-XX:+UseCondCardMark"))
                .toList();
        alone = false;
        return with("threads", 2);
    }

    private static List<String> flags(int threads) {
        return List.of(
                "-Xms1g",
                "-Xmx1g",
                "-XX:+UseSerialGC",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djdk.virtualThreadScheduler.parallelism=" + threads,
                "-Djdk.virtualThreadScheduler.maxPoolSize=" + threads,
                "-Dkotlinx.coroutines.scheduler.core.pool.size=" + threads);
    }

    /// Each measurement is one cold call, in milliseconds: for what lasts seconds by itself.
    Operation once(String heap) {
        flags = flags.stream().map(flag -> flag.replace("1g", heap)).toList();
        mode = Mode.SingleShotTime;
        unit = TimeUnit.MILLISECONDS;
        return this;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String summary() {
        return summary;
    }

    @Override
    public String unit() {
        return once() ? "ms" : "ns";
    }

    private boolean once() {
        return mode == Mode.SingleShotTime;
    }

    private double nanosPerUnit() {
        return once() ? 1e6 : 1;
    }

    @Override
    public List<String> contestants() {
        var names = new ArrayList<>(Arrays.stream(type.getMethods())
                .filter(method -> method.isAnnotationPresent(Benchmark.class))
                .map(Method::getName)
                .filter(contestant -> alone || !contestant.equals(ONE_LOOP))
                .sorted((a, b) -> a.equals(OURS) ? -1 : b.equals(OURS) ? 1 : a.compareTo(b))
                .toList());
        if (Tokio.isAvailable()) {
            names.add(TOKIO);
        }
        return names;
    }

    @Override
    public Map<String, String> skipped() {
        return Tokio.isAvailable() ? Map.of() : Map.of(TOKIO, Tokio.MISSING);
    }

    @Override
    public Session open(Effort effort) {
        return contestant -> contestant.equals(TOKIO)
                ? Tokio.measure(name, once() ? new Effort(1, 1, 1) : effort, nanosPerUnit(), "cpu " + unit())
                : measure(contestant, effort);
    }

    private Sample measure(String contestant, Effort effort) throws Exception {
        boolean once = once();
        var options = new OptionsBuilder()
                .include("^" + type.getName().replace(".", "\\.") + "\\." + contestant + "$")
                .mode(mode)
                .timeUnit(unit)
                .forks(1)
                .warmupIterations(once ? 1 : effort.iterations())
                .warmupTime(TimeValue.milliseconds(effort.millis()))
                .measurementIterations(once ? 1 : effort.iterations())
                .measurementTime(TimeValue.milliseconds(effort.millis()))
                .jvmArgs(flags.toArray(String[]::new))
                .addProfiler(GCProfiler.class)
                .addProfiler(CpuProfiler.class)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        parameters.forEach(options::param);
        return sample(new Runner(options.build()).runSingle());
    }

    @SuppressWarnings("rawtypes") // as JMH gives them
    private Sample sample(RunResult run) {
        double[] scores = run.getBenchmarkResults().stream()
                .flatMap(result -> result.getIterationResults().stream())
                .map(IterationResult::getPrimaryResult)
                .mapToDouble(result -> result.getScore())
                .sorted()
                .toArray();
        var extras = new LinkedHashMap<String, Double>();
        Map<String, Result> secondary = run.getSecondaryResults();
        extras.put("cpu " + unit(), score(secondary, CpuProfiler.LABEL) / nanosPerUnit());
        extras.put("bytes", score(secondary, "gc.alloc.rate.norm"));
        return new Sample(scores[0], Sample.median(scores), extras);
    }

    @SuppressWarnings("rawtypes") // as JMH gives them
    private static double score(Map<String, Result> results, String label) {
        Result<?> result = results.get(label);
        return result == null ? Double.NaN : result.getScore();
    }
}
