// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.lang.constant.MethodTypeDesc;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignaturesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "()V",
                "()I",
                "(IJFDZBSC)J",
                "([I[[Ljava/lang/String;Ljava/lang/Object;D)Z",
                "(Ljava/lang/String;)[Ljava/lang/String;",
                "([[J)[[D",
                "(LJ;LV;)LI;"
            })
    void typeOfAMethodIsReadAsItsSymbolSays(String descriptor) {
        MethodTypeDesc symbol = MethodTypeDesc.ofDescriptor(descriptor);
        Signatures.Signature read = Signatures.read(descriptor);
        assertEquals(symbol.parameterCount(), read.parameters());
        if (symbol.returnType().descriptorString().equals("V")) {
            assertNull(read.result());
        } else {
            assertEquals(VType.of(symbol.returnType()), read.result());
        }
    }
}
