// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler.assembler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.constantpool.ConstantPoolBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// Methods that are written by hand, read back, verified and run.
class AssemblerTest {
    private static final ClassDesc CLASS = ClassDesc.of("dev.wakeful.compiler.assembler.Written");
    private static final ClassDesc OBJECT = ConstantDescs.CD_Object;
    private static final int FAR = 40_000;

    private final HostPool pool = new HostPool(ConstantPoolBuilder.of());

    private Assembler assembler(MethodType type, boolean isLong) {
        return new Assembler(pool, null, type.describeConstable().orElseThrow(), isLong);
    }

    private byte[] classWith(MethodType type, Assembler code) {
        assertTrue(code.fits());
        return ClassFile.of()
                .build(
                        pool.entries().classEntry(CLASS),
                        pool.entries(),
                        out -> out.withVersion(69, 0)
                                .withMethod(
                                        "run",
                                        type.describeConstable().orElseThrow(),
                                        ClassFile.ACC_STATIC,
                                        method -> method.with(code.finish())));
    }

    private MethodHandle written(MethodType type, Consumer<Assembler> body) throws Exception {
        Assembler code = assembler(type, false);
        body.accept(code);
        byte[] bytes = classWith(type, code);
        assertEquals(List.of(), ClassFile.of().verify(bytes));
        MethodHandles.Lookup written = MethodHandles.lookup().defineHiddenClass(bytes, true);
        return written.findStatic(written.lookupClass(), "run", type);
    }

    private CodeAttribute read(Consumer<Assembler> body) {
        Assembler code = assembler(MethodType.methodType(void.class), false);
        body.accept(code);
        return code(classWith(MethodType.methodType(void.class), code));
    }

    private static CodeAttribute code(byte[] bytes) {
        return (CodeAttribute)
                ClassFile.of().parse(bytes).methods().getFirst().code().orElseThrow();
    }

    @Test
    void numbersOfEachLengthAreLoaded() throws Throwable {
        for (int value : new int[] {-1, 0, 5, 6, -2, 127, -128, 128, 32767, -32768, 32768, 1 << 30}) {
            MethodType type = MethodType.methodType(int.class);
            var found = (int) new AssemblerTest()
                    .written(type, code -> code.constant(value).end(TypeKind.INT))
                    .invokeExact();
            assertEquals(value, found);
        }
    }

    @Test
    void textBehindManyOthersIsLoaded() throws Throwable {
        for (int i = 0; i < 300; i++) {
            pool.entries().stringEntry("text " + i);
        }
        MethodType type = MethodType.methodType(String.class);
        assertEquals("last", (String)
                written(type, code -> code.constant("last").areturn()).invokeExact());
    }

    @Test
    void localsOfEachKindKeepTheirValuesInNearAndFarSlots() throws Throwable {
        for (int slot : new int[] {0, 3, 4, 255, 256, 1000}) {
            assertEquals(7, (int) kept(slot, int.class, TypeKind.INT).invokeExact(7));
            assertEquals(7L << 40, (long) kept(slot, long.class, TypeKind.LONG).invokeExact(7L << 40));
            assertEquals(7.5f, (float) kept(slot, float.class, TypeKind.FLOAT).invokeExact(7.5f));
            assertEquals(7.5, (double) kept(slot, double.class, TypeKind.DOUBLE).invokeExact(7.5));
            assertEquals(
                    "7", (String) kept(slot, String.class, TypeKind.REFERENCE).invokeExact("7"));
        }
    }

    private static MethodHandle kept(int slot, Class<?> type, TypeKind kind) throws Exception {
        return new AssemblerTest()
                .written(
                        MethodType.methodType(type, type),
                        code -> code.load(kind, 0)
                                .store(kind, slot)
                                .load(kind, slot)
                                .end(kind));
    }

    @Test
    void countersInNearAndFarSlotsAreIncremented() throws Throwable {
        for (int slot : new int[] {0, 255, 256}) {
            for (int by : new int[] {1, -128, 128, -300}) {
                MethodType type = MethodType.methodType(int.class, int.class);
                MethodHandle run = new AssemblerTest()
                        .written(
                                type,
                                code -> code.load(TypeKind.INT, 0)
                                        .store(TypeKind.INT, slot)
                                        .increment(slot, by)
                                        .load(TypeKind.INT, slot)
                                        .end(TypeKind.INT));
                assertEquals(10 + by, (int) run.invokeExact(10));
            }
        }
    }

    @Test
    void numbersAreWidened() throws Throwable {
        assertEquals(
                3L, widened(int.class, TypeKind.INT, long.class, TypeKind.LONG).invoke(3));
        assertEquals(
                3f,
                widened(int.class, TypeKind.INT, float.class, TypeKind.FLOAT).invoke(3));
        assertEquals(
                3d,
                widened(int.class, TypeKind.INT, double.class, TypeKind.DOUBLE).invoke(3));
        assertEquals(
                3f,
                widened(long.class, TypeKind.LONG, float.class, TypeKind.FLOAT).invoke(3L));
        assertEquals(
                3d,
                widened(long.class, TypeKind.LONG, double.class, TypeKind.DOUBLE)
                        .invoke(3L));
        assertEquals(
                3d,
                widened(float.class, TypeKind.FLOAT, double.class, TypeKind.DOUBLE)
                        .invoke(3f));
    }

    private static MethodHandle widened(Class<?> from, TypeKind kind, Class<?> to, TypeKind target) throws Exception {
        return new AssemblerTest()
                .written(
                        MethodType.methodType(to, from),
                        code -> code.load(kind, 0).widen(kind, target).end(target));
    }

    @Test
    void switchesGoWhereTheirCasesSay() throws Throwable {
        MethodType type = MethodType.methodType(int.class, int.class);
        var cases = List.of(new Place(), new Place());
        var otherwise = new Place();
        MethodHandle table = written(type, code -> {
            code.load(TypeKind.INT, 0).tableSwitch(-1, otherwise, cases);
            answers(code, cases, otherwise);
        });
        var far = new TreeMap<Integer, Place>();
        var places = List.of(new Place(), new Place());
        far.put(1_000_000, places.get(1));
        far.put(-7, places.get(0));
        var other = new Place();
        MethodHandle lookup = new AssemblerTest().written(type, code -> {
            code.nop().load(TypeKind.INT, 0).lookupSwitch(other, far);
            answers(code, places, other);
        });
        assertEquals(10, (int) table.invokeExact(-1));
        assertEquals(11, (int) table.invokeExact(0));
        assertEquals(99, (int) table.invokeExact(1));
        assertEquals(10, (int) lookup.invokeExact(-7));
        assertEquals(11, (int) lookup.invokeExact(1_000_000));
        assertEquals(99, (int) lookup.invokeExact(0));
    }

    private static void answers(Assembler code, List<Place> cases, Place otherwise) {
        var locals = List.of(FrameType.INTEGER);
        for (int i = 0; i < cases.size(); i++) {
            code.bind(cases.get(i)).frame(locals, List.of()).constant(10 + i).end(TypeKind.INT);
        }
        code.bind(otherwise).frame(locals, List.of()).constant(99).end(TypeKind.INT);
    }

    @Test
    void loopAndHandlerRun() throws Throwable {
        MethodType type = MethodType.methodType(int.class, int.class);
        MethodTypeDesc parse = MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_String);
        MethodHandle run = written(type, code -> {
            var loop = new Place();
            var done = new Place();
            var end = new Place();
            var failed = new Place();
            code.handler(loop, end, failed, pool.type(ClassDesc.of("java.lang.NumberFormatException")));
            code.bind(loop).frame(List.of(FrameType.INTEGER), List.of());
            code.load(TypeKind.INT, 0).ifZero(done).increment(0, -1).jump(loop);
            code.bind(done).frame(List.of(FrameType.INTEGER), List.of()).constant("x");
            code.callStatic(ClassDesc.of("java.lang.Integer"), "parseInt", parse)
                    .end(TypeKind.INT);
            code.bind(end);
            FrameType failure = FrameType.object(ClassDesc.of("java.lang.NumberFormatException"));
            code.bind(failed).frame(List.of(FrameType.INTEGER), List.of(failure));
            code.pop().load(TypeKind.INT, 0).end(TypeKind.INT);
        });
        assertEquals(0, (int) run.invokeExact(5));
    }

    @Test
    void objectWithoutConstructorIsAllowedInAFrame() throws Throwable {
        MethodHandle run = written(MethodType.methodType(Object.class, int.class), code -> {
            var made = new Place();
            var join = new Place();
            code.bind(made)
                    .make(OBJECT)
                    .dup()
                    .load(TypeKind.INT, 0)
                    .ifZero(join)
                    .nop();
            FrameType fresh = FrameType.uninitialized(made);
            code.bind(join).frame(List.of(FrameType.INTEGER), List.of(fresh, fresh));
            code.callSpecial(OBJECT, "<init>", ConstantDescs.MTD_void, false).areturn();
        });
        assertEquals(Object.class, run.invoke(1).getClass());
    }

    @Test
    void heightOfTheStackIsThatOfItsHighestInstruction() {
        MethodTypeDesc wide = MethodTypeDesc.of(ConstantDescs.CD_long, ConstantDescs.CD_double, OBJECT);
        CodeAttribute code = read(to -> to.zero(TypeKind.DOUBLE)
                .constNull()
                .callStatic(CLASS, "wide", wide)
                .zero(TypeKind.LONG)
                .pop2()
                .pop2()
                .end(TypeKind.VOID));
        assertEquals(4, code.maxStack());
        assertEquals(0, code.maxLocals());
    }

    @Test
    void heightAfterAFrameIsThatOfTheFrame() {
        CodeAttribute code = read(to -> {
            var after = new Place();
            to.jump(after).bind(after).frame(List.of(), List.of(FrameType.LONG, FrameType.INTEGER));
            to.constant(1).pop().pop().pop2().end(TypeKind.VOID);
        });
        assertEquals(4, code.maxStack());
    }

    @Test
    void aLineThatGoesOnIsNotSaidAgainAndOfSeveralAtOnePlaceTheLastCounts() {
        CodeAttribute code = read(to -> {
            to.line(3);
            to.line(4);
            to.nop();
            to.line(4);
            to.nop();
            to.line(5);
            to.end(TypeKind.VOID);
        });
        var lines =
                code.findAttribute(Attributes.lineNumberTable()).orElseThrow().lineNumbers();
        assertEquals(
                List.of("0:4", "2:5"),
                lines.stream()
                        .map(row -> row.startPc() + ":" + row.lineNumber())
                        .toList());
    }

    @Test
    void namedMemberHasOneEntryHoweverOftenItIsNamed() {
        int first = pool.method(OBJECT, "hashCode", MethodTypeDesc.of(ConstantDescs.CD_int), false);
        int entries = pool.entries().size();
        assertEquals(first, pool.method(OBJECT, "hashCode", MethodTypeDesc.of(ConstantDescs.CD_int), false));
        assertEquals(
                first,
                pool.method(
                        ClassDesc.of("java.lang.Object"), "hashCode", MethodTypeDesc.of(ConstantDescs.CD_int), false));
        assertEquals(entries, pool.entries().size());
    }

    private static void skips(Assembler code) {
        var far = new Place();
        code.load(TypeKind.INT, 0).ifZero(far);
        for (int i = 0; i < FAR; i++) {
            code.nop();
        }
        code.bind(far).frame(List.of(FrameType.INTEGER), List.of()).end(TypeKind.VOID);
    }

    @Test
    void jumpThatIsTooFarForTwoBytesNeedsAnAssemblerOfLongJumps() {
        MethodType type = MethodType.methodType(void.class, int.class);
        Assembler tooShort = assembler(type, false);
        skips(tooShort);
        assertFalse(tooShort.fits());
        assertFalse(tooShort.lacksFrames());

        Assembler code = assembler(type, true);
        skips(code);
        byte[] bytes = code(classWith(type, code)).codeArray();
        assertTrue(code.lacksFrames());
        assertEquals(tooShort.length() + 5, bytes.length);
        assertEquals(Code.IFNE, bytes[1] & 0xFF);
        assertEquals(8, bytes[3]);
        assertEquals(Code.GOTO_W, bytes[4] & 0xFF);
        assertEquals(bytes.length - 1, 4 + ((bytes[7] & 0xFF) << 8 | bytes[8] & 0xFF));
    }

    @Test
    void jumpBackThatIsTooFarForTwoBytesIsMadeLongAtOnce() {
        Assembler code = assembler(MethodType.methodType(void.class), false);
        var start = new Place();
        code.bind(start).frame(List.of(), List.of());
        for (int i = 0; i < FAR; i++) {
            code.nop();
        }
        code.jump(start);
        byte[] bytes = code(classWith(MethodType.methodType(void.class), code)).codeArray();
        assertEquals(FAR + 5, bytes.length);
        assertEquals(Code.GOTO_W, bytes[FAR] & 0xFF);
    }

    @Test
    void jumpWithAConditionIsReversedByTheOneThatIsTakenOtherwise() {
        for (int jump = Code.IFEQ; jump <= Code.IFNONNULL; jump++) {
            if (jump <= Code.IF_ACMPNE || jump >= Code.IFNULL) {
                assertEquals(jump, Code.reversed(Code.reversed(jump)));
                assertEquals(1, Math.abs(Code.reversed(jump) - jump));
            }
        }
        assertEquals(Code.IFNE, Code.reversed(Code.IFEQ));
        assertEquals(Code.IF_ACMPEQ, Code.reversed(Code.IF_ACMPNE));
        assertEquals(Code.IFNONNULL, Code.reversed(Code.IFNULL));
    }

    @Test
    void writtenCodeIsNotReadBack() {
        Assembler code = assembler(MethodType.methodType(void.class), false);
        WrittenCode written = code.end(TypeKind.VOID).finish();
        assertThrows(
                UnsupportedOperationException.class,
                () -> written.attributeMapper().readAttribute(null, null, 0));
    }
}
