// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The HTTP responder, driven by the JDK's client and by bytes on a plain socket.
class WebHelloTest {
    private static Server server;

    @BeforeAll
    static void start() throws IOException {
        server = Server.start("WebHello.java");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aClientGetsItsPathBackAndTheConnectionIsKept() throws Exception {
        try (var client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            for (String path : new String[] {"/", "/some/path", "/again?x=1"}) {
                var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                        .build();
                var response = client.send(request, BodyHandlers.ofString());

                assertEquals(200, response.statusCode());
                assertEquals("Hello from " + path + "\n", response.body());
            }
        }
    }

    @Test
    void requestsInOnePieceOrByteByByteAreTheSame() throws Exception {
        byte[] two = "GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nConnection: close\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII);
        try (var socket = server.connect()) {
            for (byte b : two) {
                socket.getOutputStream().write(b);
            }
            String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answers.contains("Hello from /a\n"), answers);
            assertTrue(answers.endsWith("Hello from /b\n"), answers);
        }
    }

    @Test
    void whatIsNoRequestIsAnsweredWith400() throws Exception {
        try (var socket = server.connect()) {
            socket.getOutputStream().write("nonsense\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.startsWith("HTTP/1.1 400 Bad Request\r\n"), answer);
        }
    }
}
