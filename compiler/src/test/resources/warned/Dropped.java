// SPDX-License-Identifier: Apache-2.0
import static dev.wakeful.Async.async;
import static dev.wakeful.Async.await;

import dev.wakeful.AsyncConsumer;
import dev.wakeful.Future;
import dev.wakeful.JoinHandle;
import dev.wakeful.Select;
import dev.wakeful.TaskScope;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;

class Dropped {
    private Future<Integer> field = make();

    Future<Integer> make() {
        return async(() -> 1);
    }

    Future<Void> send(int number) {
        return async(() -> {});
    }

    void lambdasAndReferencesWhoseValueNobodyTakes(List<Integer> list) {
        list.forEach(number -> send(number));
        list.forEach(this::send);
        AsyncConsumer<Integer> block = number -> send(number);
        list.forEach(number -> block.start(number));
    }

    void variablesThatAreOnlyWritten(boolean either) {
        Future<Integer> late;
        late = make();
        var chosen = either ? make() : null;
    }

    void tasksThatGiveAFuture(TaskScope scope) {
        scope.spawn(() -> send(1));
    }

    Future<Integer> nested(Future<Future<Integer>> outer) {
        return async(() -> {
            await(outer);
            return 1;
        });
    }

    void fineToKeep(Map<String, Future<Integer>> map, Deque<Future<Integer>> deque, List<Future<Integer>> list) {
        map.put("a", make());
        map.computeIfAbsent("b", _ -> make());
        map.remove("a");
        deque.poll();
        list.set(0, make());
        Objects.requireNonNull(field);
        field = make();
        Supplier<Future<Integer>> supplier = () -> make();
        supplier.get();
        Supplier<Future<Integer>> reference = this::make;
        reference.get();
        var _ = make();
    }

    Future<Integer> fineToConfigure(Future<Integer> one, Future<Integer> other) {
        return async(() -> {
            var select = Select.<Integer>of();
            select.on(one, number -> number);
            select.on(other, number -> number);
            return await(select);
        });
    }

    void fineToSpawn(TaskScope scope, List<Integer> list) {
        scope.spawn(send(1));
        scope.spawn(() -> {
            await(send(1));
        });
        list.forEach(number -> scope.spawn(send(number)));
        Consumer<JoinHandle<Void>> handles = handle -> scope.spawn(() -> scope.spawn(send(2)));
        handles.accept(scope.spawn(send(3)));
    }

    Future<Integer> fineToReadLater(boolean either) {
        Future<Integer> future;
        if (either) {
            future = make();
        } else {
            future = field;
        }
        return future;
    }

    interface Check {
        void run() throws Throwable;
    }

    void fails(Check check) {}

    void fineToCheckThatItThrows() {
        fails(() -> send(-1));
        fails(this::make);
    }
}
