// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import dev.wakeful.compiler.assembler.Assembler;
import dev.wakeful.compiler.assembler.FrameType;
import dev.wakeful.compiler.assembler.Place;
import java.lang.classfile.Attribute;
import java.lang.classfile.Attributes;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.attribute.StackMapFrameInfo;
import java.lang.classfile.attribute.StackMapFrameInfo.ObjectVerificationTypeInfo;
import java.lang.classfile.attribute.StackMapFrameInfo.SimpleVerificationTypeInfo;
import java.lang.classfile.attribute.StackMapFrameInfo.UninitializedVerificationTypeInfo;
import java.lang.classfile.attribute.StackMapFrameInfo.VerificationTypeInfo;
import java.lang.classfile.attribute.StackMapTableAttribute;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.LocalVariable;
import java.lang.classfile.instruction.LocalVariableType;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Writes the code of a method in which blocks are made: as it was, but for these places.
final class MakerWriter {
    private final CodeAttribute code;
    private final List<CodeElement> elements;
    private final CallSites sites;
    private final Assembler out;
    private final byte[] bytes;

    /// The places that the code names, by their old offset.
    private final @Nullable Place[] places;

    private final Map<Integer, StackMapFrameInfo> frames = new HashMap<>();

    /// The block that the instruction before made, or null.
    private @Nullable Block made;

    /// @param elements the elements of the code
    MakerWriter(CodeAttribute code, List<CodeElement> elements, CallSites sites, Assembler out) {
        this.code = code;
        this.elements = elements;
        this.sites = sites;
        this.out = out;
        this.bytes = code.codeArray();
        this.places = new Place[bytes.length + 1];
    }

    /// Whether nothing else names places of a code, as type annotations of locals do.
    static boolean canCopy(CodeAttribute code) {
        for (Attribute<?> one : code.attributes()) {
            if (one.attributeMapper() != Attributes.lineNumberTable()
                    && one.attributeMapper() != Attributes.localVariableTable()
                    && one.attributeMapper() != Attributes.localVariableTypeTable()
                    && one.attributeMapper() != Attributes.stackMapTable()) {
                return false;
            }
        }
        return true;
    }

    void write() {
        StackMapTableAttribute table =
                code.findAttribute(Attributes.stackMapTable()).orElse(null);
        if (table != null) {
            for (StackMapFrameInfo frame : table.entries()) {
                frames.put(code.labelToBci(frame.target()), frame);
            }
        }
        int at = 0;
        for (CodeElement element : elements) {
            if (element instanceof Instruction instruction) {
                StackMapFrameInfo frame = frames.get(at);
                if (frame != null) {
                    out.frame(types(frame.locals()), types(frame.stack()));
                }
                instruction(instruction, at);
                at += instruction.sizeInBytes();
            } else {
                pseudo(element);
            }
        }
    }

    private Place place(Label label) {
        int at = code.labelToBci(label);
        Place place = places[at];
        if (place == null) {
            place = new Place();
            places[at] = place;
        }
        return place;
    }

    private List<FrameType> types(List<VerificationTypeInfo> infos) {
        var all = new ArrayList<FrameType>();
        for (VerificationTypeInfo info : infos) {
            all.add(type(info));
        }
        return all;
    }

    private FrameType type(VerificationTypeInfo info) {
        return switch (info) {
            case ObjectVerificationTypeInfo object -> FrameType.object(object.classSymbol());
            case UninitializedVerificationTypeInfo fresh -> FrameType.uninitialized(place(fresh.newTarget()));
            case SimpleVerificationTypeInfo simple ->
                switch (simple) {
                    case INTEGER -> FrameType.INTEGER;
                    case LONG -> FrameType.LONG;
                    case FLOAT -> FrameType.FLOAT;
                    case DOUBLE -> FrameType.DOUBLE;
                    case NULL -> FrameType.NULL;
                    case TOP -> FrameType.TOP;
                    case UNINITIALIZED_THIS -> FrameType.UNINITIALIZED_THIS;
                };
        };
    }

    private void pseudo(CodeElement element) {
        if (element instanceof LabelTarget target) {
            out.bind(place(target.label()));
            made = null;
        } else if (element instanceof LineNumber line) {
            out.line(line.line());
        } else if (element instanceof ExceptionCatch row) {
            int type = row.catchType().isPresent() ? row.catchType().get().index() : 0;
            out.handler(place(row.tryStart()), place(row.tryEnd()), place(row.handler()), type);
        } else if (element instanceof LocalVariable row) {
            int name = row.name().index();
            out.variable(row.slot(), name, row.type().index(), place(row.startScope()), place(row.endScope()));
        } else if (element instanceof LocalVariableType row) {
            int name = row.name().index();
            int type = row.signature().index();
            out.genericVariable(row.slot(), name, type, place(row.startScope()), place(row.endScope()));
        }
    }

    private void instruction(Instruction instruction, int at) {
        Block before = made;
        made = sites.at(instruction);
        if (made != null) {
            CallSites.make(made, out);
        } else if (before != null && instruction instanceof InvokeInstruction call && CallSites.starts(call)) {
            CallSites.made(before, out);
        } else if (instruction instanceof LoadInstruction load) {
            out.load(load.typeKind(), load.slot());
        } else if (instruction instanceof StoreInstruction store) {
            out.store(store.typeKind(), store.slot());
        } else if (instruction instanceof IncrementInstruction increment) {
            out.increment(increment.slot(), increment.constant());
        } else if (instruction instanceof BranchInstruction branch) {
            out.branch(branch.opcode().bytecode(), place(branch.target()));
        } else if (instruction instanceof TableSwitchInstruction table) {
            Place otherwise = place(table.defaultTarget());
            out.tableSwitch(table.lowValue(), otherwise, inOrder(table, otherwise));
        } else if (instruction instanceof LookupSwitchInstruction table) {
            out.lookupSwitch(place(table.defaultTarget()), places(table.cases()));
        } else {
            out.copy(instruction, bytes, at);
        }
    }

    private SortedMap<Integer, Place> places(List<SwitchCase> cases) {
        var all = new TreeMap<Integer, Place>();
        for (SwitchCase one : cases) {
            all.put(one.caseValue(), place(one.target()));
        }
        return all;
    }

    private List<Place> inOrder(TableSwitchInstruction table, Place otherwise) {
        SortedMap<Integer, Place> cases = places(table.cases());
        var all = new ArrayList<Place>();
        for (int value = table.lowValue(); value - table.highValue() <= 0; value++) {
            all.add(Objects.requireNonNullElse(cases.get(value), otherwise));
        }
        return all;
    }
}
