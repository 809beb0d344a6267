// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.processes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Source files for compilers to work on: five async blocks a class, between the plain methods that such a class has.
final class SourceTree {
    /// The blocks of one class.
    static final int BLOCKS = 5;

    private static final String CLASS = """
        package shop;

        import static dev.wakeful.Async.*;

        import dev.wakeful.Future;
        import java.io.IOException;
        import java.util.ArrayList;
        import java.util.List;
        import java.util.Map;
        import java.util.TreeMap;

        /** Orders of one region. */
        public final class NAME {
            public record Item(String name, int price, int count) {
                int total() {
                    return price * count;
                }
            }

            private final Map<String, List<Item>> stock = new TreeMap<>();
            private long served;

            public Future<Integer> total(List<Item> items, Future<Integer> discount) {
                return async(() -> {
                    int sum = 0;
                    for (Item item : items) {
                        sum += await(price(item));
                    }
                    return sum - await(discount);
                });
            }

            private Future<Integer> price(Item item) {
                return async(() -> {
                    List<Item> known = stock.getOrDefault(item.name(), List.of());
                    if (known.isEmpty()) {
                        return await(fetch(item.name())).total();
                    }
                    return known.getFirst().total();
                });
            }

            private Future<Item> fetch(String name) {
                return async(() -> {
                    String text = await(read(name));
                    try {
                        int price = Integer.parseInt(text.strip());
                        Item item = new Item(name, price, 1);
                        remember(item);
                        return item;
                    } catch (NumberFormatException e) {
                        throw new IOException("no price of " + name + ": " + text, e);
                    }
                });
            }

            public Future<String> read(String name) {
                return async(() -> {
                    StringBuilder text = new StringBuilder();
                    try {
                        for (int part = 0; part < 3; part++) {
                            text.append(await(Future.ready(name + part)));
                        }
                    } finally {
                        served++;
                    }
                    return text.toString();
                });
            }

            public Future<Map<String, Integer>> report(List<String> names) {
                return async(() -> {
                    Map<String, Integer> totals = new TreeMap<>();
                    for (String name : names) {
                        Item item = await(fetch(name));
                        totals.merge(item.name(), item.total(), Integer::sum);
                    }
                    return totals;
                });
            }

            public void remember(Item item) {
                stock.computeIfAbsent(item.name(), key -> new ArrayList<>()).add(item);
            }

            public List<Item> dearest(int count) {
                return stock.values().stream()
                        .flatMap(List::stream)
                        .sorted((a, b) -> Integer.compare(b.total(), a.total()))
                        .limit(count)
                        .toList();
            }

            public String describe() {
                StringBuilder text = new StringBuilder();
                for (Map.Entry<String, List<Item>> entry : stock.entrySet()) {
                    text.append(entry.getKey()).append(": ");
                    int sum = 0;
                    for (Item item : entry.getValue()) {
                        sum += item.total();
                    }
                    text.append(sum).append(sum > 100 ? " much" : " little").append(System.lineSeparator());
                }
                return text.toString();
            }

            public long served() {
                return served;
            }

            @Override
            public int hashCode() {
                return 31 * stock.hashCode() + Long.hashCode(served);
            }

            @Override
            public boolean equals(Object other) {
                return other instanceof NAME that && that.served == served && that.stock.equals(stock);
            }
        }
        """;

    private SourceTree() {}

    /// Writes as many classes as have so many blocks together.
    static List<Path> write(Path folder, int blocks) throws IOException {
        var files = new ArrayList<Path>();
        for (int number = 0; number < blocks / BLOCKS; number++) {
            Path file = folder.resolve("Orders" + number + ".java");
            files.add(Files.writeString(file, CLASS.replace("NAME", "Orders" + number)));
        }
        return files;
    }
}
