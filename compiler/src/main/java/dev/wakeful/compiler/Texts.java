// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

/// What is said about code that is refused: a line of what, a line of why, a line of what to write instead. The ids are
/// anchors in `docs/errors.md`.
enum Texts {
    OUTSIDE(
            "await-outside",
            "await stands in %s, outside an async block",
            "Only the body of an async block can be suspended; other code runs to its end in one go",
            "Put it into a block: let a method return async(() -> ...), and await the future that it returns in a"
                    + " block"),
    LAMBDA(
            "await-in-lambda",
            "await stands in a plain lambda, a %s, %s",
            "A lambda that is no block is called by other code, which cannot be suspended with it",
            "Use a loop in the block, or make the lambda an async block and await its future"),
    INNER_CLASS(
            "await-in-class",
            "await stands in %s, a method of a class inside an async block",
            "The methods of the class are called by others, who cannot be suspended with the block",
            "Let the method return async(() -> ...) and await the future that it returns"),
    CONSTRUCTOR(
            "await-in-constructor",
            "await stands in %s",
            "A constructor runs to its end before anybody has the object",
            "Write a static method that returns async(() -> ...), awaits there, and calls the constructor with the"
                    + " result"),
    INITIALIZER(
            "await-in-initializer",
            "await stands in an initialiser",
            "An initialiser runs to its end before the class or the object can be used",
            "Keep a Future in the field, as async(() -> ...) gives it, and await it in a block"),
    SYNCHRONIZED(
            "await-in-synchronized",
            "await stands inside synchronized",
            "A monitor belongs to a thread, and the block may go on in another one",
            "Move the await out of synchronized, or use dev.wakeful.sync.Mutex"),
    REFERENCE(
            "await-reference",
            "await is used as a method reference",
            "The reference would be called by code that cannot be suspended",
            "Write the call where it is needed, in an async block: await(future)"),
    ANONYMOUS(
            "await-in-block-class",
            "await stands in a class that implements %s",
            "Only a lambda of that type is an async block; the method of a class runs to its end in one go",
            "Write a lambda instead of the class"),
    SERIALIZABLE(
            "block-intersection",
            "the async block is a lambda of more than one type",
            "Its class is written by the compiler and implements the block interface alone",
            "Leave the cast to the other types away"),
    TOO_LARGE(
            "block-too-large",
            "the async block is too large: %s bytes of code, and the JVM takes 65535",
            "What is kept and restored at each await comes on top of the code that was written",
            "Move parts of the block into methods that return async(() -> ...), and await them"),
    LARGE(
            "block-large",
            "the async block is %s bytes of code, and above 8000 the JIT compiler leaves a method to the interpreter",
            "What is kept and restored at each await comes on top of the code that was written",
            "Move parts of the block into methods that return async(() -> ...), and await them"),
    OTHER_VERSION(
            "other-version",
            "class %s was compiled by version %s of the async compiler, and this one is version %s",
            "Its blocks fit the machines of that version",
            "Compile it again from its source"),
    DROPPED(
            "dropped",
            "the future %s is neither awaited, returned nor handed on",
            "A future does nothing before it is polled",
            "await it, or give it to a scope: scope.spawn(...)"),
    BLOCKING(
            "blocking",
            "%s blocks the thread inside an async block",
            "The other tasks of the thread stand still as long as it does",
            "Use %s"),
    LOCK(
            "lock",
            "await while the lock %s is held",
            "The lock belongs to the thread, and the block may go on in another one, or not for long",
            "Unlock before the await, or use dev.wakeful.sync.Mutex"),
    TWICE(
            "twice",
            "the future %s is awaited a second time",
            "A future gives its value once; a poll after that is an error",
            "Keep the value in a variable, or await future.shared()");

    final String id;
    private final String text;

    Texts(String id, String what, String why, String instead) {
        this.id = id;
        this.text = what + " [wakeful:" + id + "]\n  " + why + "\n  " + instead;
    }

    String with(Object... values) {
        return text.formatted(values);
    }
}
