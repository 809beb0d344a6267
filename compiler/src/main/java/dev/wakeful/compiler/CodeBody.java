// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import dev.wakeful.compiler.assembler.Assembler;
import java.lang.classfile.Attributes;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.attribute.StackMapFrameInfo;
import java.lang.classfile.attribute.StackMapTableAttribute;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.LocalVariable;
import java.lang.classfile.instruction.LocalVariableType;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The code of one method as arrays: instructions by index, everything else by the index of the instruction it stands
/// at. The index behind the last instruction is a position too.
final class CodeBody {
    final MethodModel method;
    final CodeAttribute code;
    final Instruction[] instructions;

    /// The line that starts at an instruction, 0 where none does.
    final int[] lines;

    final List<Handler> handlers = new ArrayList<>();
    final List<Variable> variables = new ArrayList<>();

    /// Those of the variables whose types have arguments.
    final List<Variable> generics = new ArrayList<>();

    /// The frames of the class file, which say the types at every merge.
    final @Nullable StackMapFrameInfo[] frames;

    /// The instructions that await.
    final List<Integer> awaits = new ArrayList<>();

    final boolean usesMonitors;

    /// The method types of the class.
    final Signatures signatures;

    private static final int[] NONE = {};

    private final BitSet isAwait = new BitSet();

    /// The bytes of the code, and where each instruction starts there.
    private final byte[] bytes;

    private final int[] starts;
    private final int[] indexOfBci;
    private final int[][] targets;
    private final int[][] successors;

    /// A row of the exception table; `type` is null for a catch-all.
    record Handler(int start, int end, int entry, @Nullable ClassEntry type) {
        boolean covers(int index) {
            return start <= index && index < end;
        }
    }

    /// A row of the local variable table, or of the one that has the types with their arguments.
    record Variable(int start, int end, int slot, Utf8Entry name, Utf8Entry type) {
        boolean covers(int index) {
            return start <= index && index < end;
        }
    }

    CodeBody(MethodModel method, List<CodeElement> elements, Signatures signatures) {
        this.method = method;
        this.signatures = signatures;
        this.code = (CodeAttribute) method.code().orElseThrow();
        var found = new ArrayList<Instruction>();
        this.indexOfBci = new int[code.codeLength() + 1];
        this.bytes = code.codeArray();
        this.starts = new int[bytes.length];
        int bci = 0;
        for (CodeElement element : elements) {
            if (element instanceof Instruction instruction) {
                starts[found.size()] = bci;
                indexOfBci[bci] = found.size();
                bci += instruction.sizeInBytes();
                found.add(instruction);
            }
        }
        indexOfBci[bci] = found.size();
        this.instructions = found.toArray(new Instruction[0]);
        this.lines = new int[instructions.length + 1];
        this.frames = new StackMapFrameInfo[instructions.length + 1];
        readTables(elements);
        this.targets = new int[instructions.length][];
        this.successors = new int[instructions.length][];
        boolean monitors = false;
        for (int i = 0; i < instructions.length; i++) {
            if (instructions[i] instanceof InvokeInstruction call && Names.isAwait(call)) {
                awaits.add(i);
                isAwait.set(i);
            }
            monitors |= instructions[i] instanceof MonitorInstruction;
            targets[i] = jumps(instructions[i]);
            successors[i] = withNext(i);
        }
        this.usesMonitors = monitors;
    }

    private void readTables(List<CodeElement> elements) {
        int at = 0;
        for (CodeElement element : elements) {
            if (element instanceof Instruction) {
                at++;
            } else if (element instanceof LineNumber line) {
                lines[at] = line.line();
            } else if (element instanceof ExceptionCatch row) {
                handlers.add(new Handler(
                        index(row.tryStart()),
                        index(row.tryEnd()),
                        index(row.handler()),
                        row.catchType().orElse(null)));
            } else if (element instanceof LocalVariable row) {
                variables.add(variable(row.startScope(), row.endScope(), row.slot(), row.name(), row.type()));
            } else if (element instanceof LocalVariableType row) {
                generics.add(variable(row.startScope(), row.endScope(), row.slot(), row.name(), row.signature()));
            }
        }
        StackMapTableAttribute table =
                code.findAttribute(Attributes.stackMapTable()).orElse(null);
        if (table != null) {
            for (StackMapFrameInfo frame : table.entries()) {
                frames[index(frame.target())] = frame;
            }
        }
    }

    private Variable variable(Label start, Label end, int slot, Utf8Entry name, Utf8Entry type) {
        return new Variable(index(start), index(end), slot, name, type);
    }

    int index(Label label) {
        return indexOfBci[code.labelToBci(label)];
    }

    int length() {
        return instructions.length;
    }

    /// Writes an instruction as it is; it must be none that jumps or names a local.
    void copy(int index, Assembler out) {
        out.copy(instructions[index], bytes, starts[index]);
    }

    /// The number of the await that an instruction is, or -1.
    int awaitAt(int index) {
        return isAwait.get(index) ? awaits.indexOf(index) : -1;
    }

    /// The line that an instruction belongs to, or 0.
    int lineAt(int index) {
        for (int i = index; i >= 0; i--) {
            if (lines[i] != 0) {
                return lines[i];
            }
        }
        return 0;
    }

    int firstLine() {
        for (int line : lines) {
            if (line != 0) {
                return line;
            }
        }
        return 0;
    }

    /// Whether control can pass to the next instruction.
    boolean fallsThrough(int index) {
        Instruction instruction = instructions[index];
        return switch (instruction.opcode().kind()) {
            case RETURN, THROW_EXCEPTION, TABLE_SWITCH, LOOKUP_SWITCH -> false;
            case BRANCH -> !isGoto((BranchInstruction) instruction);
            default -> true;
        };
    }

    static boolean isGoto(BranchInstruction branch) {
        return switch (branch.opcode()) {
            case GOTO, GOTO_W -> true;
            default -> false;
        };
    }

    /// The instructions that an instruction may jump to.
    int[] targets(int index) {
        return targets[index];
    }

    /// The instructions that may run after an instruction, an exception aside.
    int[] successors(int index) {
        return successors[index];
    }

    private int[] jumps(Instruction instruction) {
        if (instruction instanceof BranchInstruction branch) {
            return new int[] {index(branch.target())};
        } else if (instruction instanceof TableSwitchInstruction table) {
            return jumps(table.cases(), table.defaultTarget());
        } else if (instruction instanceof LookupSwitchInstruction table) {
            return jumps(table.cases(), table.defaultTarget());
        }
        return NONE;
    }

    private int[] jumps(List<SwitchCase> cases, Label otherwise) {
        int[] all = new int[cases.size() + 1];
        all[0] = index(otherwise);
        for (int i = 0; i < cases.size(); i++) {
            all[i + 1] = index(cases.get(i).target());
        }
        return all;
    }

    private int[] withNext(int index) {
        if (!fallsThrough(index) || index + 1 >= length()) {
            return targets[index];
        }
        int[] all = Arrays.copyOf(targets[index], targets[index].length + 1);
        all[all.length - 1] = index + 1;
        return all;
    }
}
