// SPDX-License-Identifier: Apache-2.0
import static dev.wakeful.Async.*;
import static dev.wakeful.compiler.corpus.Starting.*;

import dev.wakeful.*;
import dev.wakeful.compiler.corpus.Probe;
import java.util.*;

class Shapes {
    interface Named {
        default Future<String> name(Probe p) {
            return async(() -> await(p.of("named")) + this.tag());
        }

        private String tag() {
            return "tag";
        }

        static Future<Integer> count(Probe p) {
            return async(() -> await(p.of(4)));
        }
    }

    enum Color {
        RED,
        GREEN;

        Future<String> low(Probe p) {
            return async(() -> await(p.of(name())).toLowerCase() + ordinal());
        }
    }

    record Point(int x, int y) implements Named {
        Future<Integer> sum(Probe p) {
            return async(() -> x + await(p.of(1)) + y);
        }
    }

    sealed interface S permits A, B {}

    record A(int v) implements S {}

    record B(String s, S inner) implements S {}

    private final String field = "field";
    final AsyncBlock<String> inField;
    private final Probe p;

    Shapes(Probe p) {
        this.p = p;
        inField = () -> await(p.of("if")) + this.field;
    }

    protected String greet(String s) {
        return "hello " + s;
    }

    static class Sub extends Shapes {
        Sub(Probe p) {
            super(p);
        }

        @Override
        protected String greet(String s) {
            return "sub " + s;
        }

        Future<String> both() {
            return async(() -> super.greet(await(super.p().of("s"))) + greet(await(p().of("t"))));
        }
    }

    Probe p() {
        return p;
    }

    Future<String> self() {
        return async(() -> {
            String a = await(p.of("a"));
            return a + field + greet(await(p.of("b"))) + priv();
        });
    }

    private String priv() {
        return "priv";
    }

    <T extends Comparable<T>> Future<T> max(T a, Future<T> b) {
        return async(() -> {
            T c = await(b);
            return a.compareTo(c) > 0 ? a : c;
        });
    }

    static Future<Integer> fib(Probe p, int n) {
        return async(() -> n < 2 ? await(p.of(n)) : await(fib(p, n - 1)) + await(fib(p, n - 2)));
    }

    class Inner {
        Future<String> go() {
            return async(() -> field + await(p.of("inner")));
        }
    }

    String two() {
        return "two";
    }

    static String three(Object o) {
        return "three" + o;
    }

    static String match(S s) {
        return switch (s) {
            case A(int v) when v > 3 -> "big";
            case A a -> "a" + a.v();
            case B(String t, A(var v)) -> t + v;
            case B b -> "b";
        };
    }

    static Future<Object> program(Probe p) {
        return async(() -> {
            var shapes = new Shapes(p);
            var out = new ArrayList<Object>();
            out.add(await(shapes.self()));
            out.add(await(shapes.max(3, p.of(5))));
            out.add(await(fib(p, 5)));
            out.add(await(async(() -> await(async(() -> await(p.of("deep")) + out.size())))));
            out.add(await(new Sub(p).both()));
            out.add(await(shapes.new Inner().go()));
            out.add(await(Color.GREEN.low(p)));
            out.add(await(new Point(1, 2).sum(p)));
            out.add(await(new Point(1, 2).name(p)));
            out.add(await(Named.count(p)));
            out.add(await(async(shapes::two)));
            out.add(await(start(Shapes::three, 5)));
            out.add(await(start((AsyncFunction<String, Integer>) String::length, "four")));
            out.add(await(start((AsyncFunction<Integer, Integer>) x -> x + await(p.of(1)), 5)));
            AsyncConsumer<String> consumer = x -> {
                out.add(x + await(p.of("c")));
            };
            await(start(consumer, "one"));
            await(start(consumer, "two"));
            await(async(() -> {
                out.add(await(p.of("action")));
            }));
            await(async(() -> out.clear()));
            await(start((AsyncConsumer<Object>) out::add, "added"));
            out.add(await(async(() -> 5)));
            out.add(await(async(shapes.inField)));
            for (S s : List.of(new A(1), new A(5), new B("b", new A(2)), new B("c", new B("d", new A(1))))) {
                out.add(
                        switch (s) {
                            case A(int v) when v > await(p.of(3)) -> "big";
                            case A a -> "a" + a.v();
                            case B(String t, A(var v)) -> t + await(p.of(v));
                            case B b -> {
                                await(p.of(0));
                                yield "b";
                            }
                        });
            }
            switch (await(p.of("str"))) {
                case "x":
                    out.add("no");
                case "str":
                    out.add(await(p.of("yes")));
                case "fall":
                    out.add("fell");
                    break;
                default:
                    out.add("default");
            }
            label:
            while (true) {
                do {
                    if (await(p.of(true))) break label;
                } while (await(p.of(false)));
            }
            int i = 0;
            do {
                i += await(p.of(1));
            } while (i < 3);
            Object o = await(p.of((Object) "pat"));
            if (o instanceof String q && q.length() == await(p.of(3))) out.add(q);
            byte b = (byte) (int) await(p.of(300));
            short sh = 3;
            char c = 'c';
            float f = 1.5f;
            double d = 2;
            long l = 4;
            boolean z = true;
            await(p.of(0));
            out.add("" + b + sh + c + f + d + l + z + i);
            b += await(p.of(1));
            sh <<= await(p.of(2));
            c += 1;
            f *= await(p.of(2f));
            d /= await(p.of(4.0));
            l ^= await(p.of(1L));
            z &= await(p.of(true));
            out.add("" + b + sh + c + f + d + l + z);
            Object n = null;
            await(p.of(0));
            if (n == null) n = await(p.of("set"));
            out.add(n);
            var copy = List.copyOf(out);
            record Local(Object a) {
                Object twice() {
                    return "" + a + a;
                }
            }
            out.add(new Local(await(p.of("l"))).twice());
            Runnable plain = () -> out.add("plain");
            plain.run();
            return out.toString() + copy.size();
        });
    }
}
