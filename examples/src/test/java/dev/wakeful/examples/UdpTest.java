// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.examples;

import static dev.wakeful.Async.await;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wakeful.AsyncBlock;
import dev.wakeful.Future;
import dev.wakeful.TimeoutException;
import dev.wakeful.net.Dns;
import dev.wakeful.net.TcpListener;
import dev.wakeful.net.TcpStream;
import dev.wakeful.net.UdpSocket;
import dev.wakeful.runtime.AsyncRuntime;
import dev.wakeful.testkit.AsyncTest;
import dev.wakeful.testkit.TestRuntime;
import dev.wakeful.time.Time;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// UDP and host names, real and simulated: the same code, and the same answers.
class UdpTest {
    /// Where a test runs.
    enum On {
        LOOPBACK {
            @Override
            <T> T call(AsyncBlock<T> block) throws Exception {
                try (var runtime = AsyncRuntime.currentThread().name("udp").build()) {
                    return runtime.blockOn(block.start());
                }
            }
        },
        SIMULATION {
            @Override
            <T> T call(AsyncBlock<T> block) throws Exception {
                try (var runtime = TestRuntime.create()) {
                    return runtime.blockOn(block.start());
                }
            }
        };

        abstract <T> T call(AsyncBlock<T> block) throws Exception;
    }

    private static Future<UdpSocket> bind() {
        return UdpSocket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(ByteBuffer buffer) {
        return StandardCharsets.UTF_8.decode(buffer.flip()).toString();
    }

    @ParameterizedTest
    @EnumSource(On.class)
    void aDatagramArrivesWholeWithItsSender(On on) throws Exception {
        on.call(() -> {
            try (var a = await(bind());
                    var b = await(bind())) {
                await(a.send(bytes("hello"), b.localAddress()));
                await(a.send(bytes(""), b.localAddress()));
                var buffer = ByteBuffer.allocate(100);
                SocketAddress from = await(b.receive(buffer));
                assertEquals(a.localAddress(), from);
                assertEquals("hello", text(buffer));
                await(b.receive(buffer.clear()));
                assertEquals("", text(buffer)); // a datagram may be empty
                return null;
            }
        });
    }

    @ParameterizedTest
    @EnumSource(On.class)
    void whatHasNoRoomIsDiscarded(On on) throws Exception {
        on.call(() -> {
            try (var a = await(bind());
                    var b = await(bind())) {
                await(a.send(bytes("hello"), b.localAddress()));
                await(a.send(bytes("next"), b.localAddress()));
                var small = ByteBuffer.allocate(3);
                await(b.receive(small));
                assertEquals("hel", text(small));
                var buffer = ByteBuffer.allocate(10);
                await(b.receive(buffer));
                assertEquals("next", text(buffer));
                return null;
            }
        });
    }

    @ParameterizedTest
    @EnumSource(On.class)
    void whatWasPeekedAtIsReceivedAllTheSame(On on) throws Exception {
        on.call(() -> {
            try (var a = await(bind());
                    var b = await(bind())) {
                await(a.send(bytes("hello"), b.localAddress()));
                var small = ByteBuffer.allocate(2);
                assertEquals(a.localAddress(), await(b.peek(small)));
                assertEquals("he", text(small));
                var buffer = ByteBuffer.allocate(10);
                assertEquals(a.localAddress(), await(b.receive(buffer)));
                assertEquals("hello", text(buffer));
                return null;
            }
        });
    }

    @ParameterizedTest
    @EnumSource(On.class)
    void aConnectedSocketTalksToItsPeerAlone(On on) throws Exception {
        on.call(() -> {
            try (var a = await(bind());
                    var b = await(bind());
                    var stranger = await(bind())) {
                assertNull(a.peerAddress());
                var refused = assertThrows(IllegalStateException.class, () -> a.pollSend(null, bytes(""), null));
                assertTrue(refused.getMessage().endsWith(" is not connected; connect it, or name the target"));
                await(a.connect(b.localAddress()));
                assertEquals(b.localAddress(), a.peerAddress());
                await(stranger.send(bytes("ignored"), a.localAddress()));
                await(a.send(bytes("question")));
                var buffer = ByteBuffer.allocate(100);
                await(b.send(bytes("answer"), await(b.receive(buffer))));
                await(a.receive(buffer.clear()));
                assertEquals("answer", text(buffer));
                return null;
            }
        });
    }

    @ParameterizedTest
    @EnumSource(On.class)
    void aPeerThatIsNotThereIsRefused(On on) throws Exception {
        on.call(() -> {
            SocketAddress nobody;
            try (var closed = await(bind())) {
                nobody = closed.localAddress();
            }
            try (var a = await(bind())) {
                await(a.connect(nobody));
                await(a.send(bytes("anybody?")));
                try {
                    await(a.receive(ByteBuffer.allocate(10)));
                    throw new AssertionError("received from nobody");
                } catch (PortUnreachableException expected) {
                    return null;
                }
            }
        });
    }

    @ParameterizedTest
    @EnumSource(On.class)
    void whoWaitsOnASocketThatIsClosedGetsAnError(On on) throws Exception {
        on.call(() -> {
            var socket = await(bind());
            var closing = dev.wakeful.TaskScope.run(scope -> {
                var receiving = scope.spawn(socket.receive(ByteBuffer.allocate(10)));
                scope.spawn(() -> {
                    await(Time.sleep(ofMillis(1)));
                    socket.close();
                });
                await(receiving);
            });
            try {
                await(closing);
                throw new AssertionError("received on a closed socket");
            } catch (ClosedChannelException expected) {
                return null;
            }
        });
    }

    @ParameterizedTest
    @EnumSource(On.class)
    void anAddressInUseIsNamed(On on) throws Exception {
        on.call(() -> {
            try (var a = await(bind())) {
                try (var second = await(UdpSocket.bind(a.localAddress()))) {
                    throw new AssertionError("bound twice: " + second);
                } catch (BindException expected) {
                    assertTrue(expected.getMessage().startsWith("cannot bind to "), expected.getMessage());
                    return null;
                }
            }
        });
    }

    @ParameterizedTest
    @EnumSource(On.class)
    void aReceiveThatIsGivenUpLosesNothing(On on) throws Exception {
        on.call(() -> {
            try (var a = await(bind());
                    var b = await(bind())) {
                try {
                    await(Time.timeout(ofMillis(2), b.receive(ByteBuffer.allocate(10))));
                    throw new AssertionError("nothing was sent");
                } catch (TimeoutException expected) {
                    await(a.send(bytes("later"), b.localAddress()));
                }
                var buffer = ByteBuffer.allocate(10);
                await(b.receive(buffer));
                assertEquals("later", text(buffer));
                return null;
            }
        });
    }

    @ParameterizedTest
    @EnumSource(On.class)
    void theLocalHostHasAnAddressAndAnUnknownOneHasNone(On on) throws Exception {
        on.call(() -> {
            assertTrue(await(Dns.lookup("localhost")).getFirst().isLoopbackAddress());
            assertEquals(List.of(InetAddress.ofLiteral("192.0.2.7")), await(Dns.lookup("192.0.2.7")));
            try {
                await(Dns.lookup("no-such-host.invalid"));
                throw new AssertionError("found");
            } catch (UnknownHostException expected) {
                assertTrue(expected.getMessage().contains("no-such-host.invalid"));
                return null;
            }
        });
    }

    @Test
    void aGroupIsJoinedAndLeftOnTheLoopbackInterface() throws Exception {
        NetworkInterface loopback = NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress());
        On.LOOPBACK.call(() -> {
            try (var socket = await(UdpSocket.bind(
                    new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
                    Map.of(StandardSocketOptions.SO_REUSEADDR, true)))) {
                assertEquals(true, socket.option(StandardSocketOptions.SO_REUSEADDR));
                socket.join(InetAddress.ofLiteral("239.1.2.3"), loopback).close();
                return null;
            }
        });
    }

    /// What goes wrong on a network happens when the test says so.
    @Nested
    class Faults {
        private final InetSocketAddress server = new InetSocketAddress("127.0.0.1", 9000);

        private Future<Void> sendNumbers(int count) {
            return dev.wakeful.Async.async(() -> {
                try (var client = await(bind())) {
                    for (int i = 0; i < count; i++) {
                        await(client.send(ByteBuffer.allocate(4).putInt(i).flip(), server));
                    }
                }
            });
        }

        /// All numbers that arrive within a second, in the order in which they do.
        private Future<List<Integer>> receiveNumbers() {
            return dev.wakeful.Async.async(() -> {
                List<Integer> received = new ArrayList<>();
                try (var socket = await(UdpSocket.bind(server))) {
                    while (true) {
                        var buffer = ByteBuffer.allocate(4);
                        await(Time.timeout(ofSeconds(1), socket.receive(buffer)));
                        received.add(buffer.flip().getInt());
                    }
                } catch (TimeoutException end) {
                    return received;
                }
            });
        }

        private List<Integer> exchanged(TestRuntime runtime, int count) throws Exception {
            return runtime.call(scope -> {
                var receiving = scope.spawn(receiveNumbers());
                await(Time.sleep(ofMillis(1)));
                scope.spawn(sendNumbers(count));
                return await(receiving);
            });
        }

        @AsyncTest
        void someAreLost(TestRuntime runtime) throws Exception {
            runtime.network().datagramsTo(server).lose(0.5);
            int arrived = exchanged(runtime, 200).size();
            assertTrue(arrived > 50 && arrived < 150, "arrived: " + arrived);
        }

        @AsyncTest
        void allAreLostOnALinkThatIsCut(TestRuntime runtime) throws Exception {
            var link = runtime.network().datagramsTo(server).cut();
            assertEquals(List.of(), exchanged(runtime, 3));
            link.heal();
            assertEquals(List.of(0, 1, 2), exchanged(runtime, 3));
        }

        @AsyncTest
        void someArriveTwice(TestRuntime runtime) throws Exception {
            runtime.network().datagramsTo(server).duplicate(1);
            assertEquals(List.of(0, 0, 1, 1, 2, 2), exchanged(runtime, 3));
        }

        @AsyncTest
        void theyOvertakeEachOther(TestRuntime runtime) throws Exception {
            runtime.network().datagramsTo(server).latency(ofMillis(1), ofMillis(50));
            List<Integer> received = exchanged(runtime, 50);
            var inOrder = new ArrayList<>(new TreeSet<>(received));
            assertEquals(50, inOrder.size());
            assertTrue(!received.equals(inOrder), "in order: " + received);
        }

        @AsyncTest
        void aDatagramThatIsTooLongIsRefused(TestRuntime runtime) throws Exception {
            runtime.network().mtu(3);
            var refused = assertThrows(IOException.class, () -> runtime.blockOn(sendNumbers(1)));
            assertEquals("Message too long", refused.getMessage());
        }

        @AsyncTest
        void atTheLimitOfDescriptorsNoSocketIsOpened(TestRuntime runtime) throws Exception {
            runtime.network().limitSockets(0);
            var refused = assertThrows(IOException.class, () -> runtime.blockOn(bind()));
            assertEquals("Too many open files", refused.getMessage());
        }

        @AsyncTest
        void aGroupGetsWhatIsSentToIt(TestRuntime runtime) throws Exception {
            var group = new InetSocketAddress("239.1.2.3", 9000);
            NetworkInterface loopback = NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress());
            runtime.run(scope -> {
                try (var socket = await(UdpSocket.bind(server));
                        var client = await(bind())) {
                    var membership = socket.join(group.getAddress(), loopback);
                    await(client.send(bytes("all"), group));
                    var buffer = ByteBuffer.allocate(10);
                    await(socket.receive(buffer));
                    assertEquals("all", text(buffer));
                    membership.close();
                    await(client.send(bytes("nobody"), group));
                    await(client.send(bytes("you"), server));
                    await(socket.receive(buffer.clear()));
                    assertEquals("you", text(buffer));
                }
            });
        }
    }

    /// Host names that a test decides on.
    @Nested
    class Names {
        @AsyncTest
        void aConnectionIsMadeByName(TestRuntime runtime) throws Exception {
            var server = new InetSocketAddress("192.0.2.1", 80);
            runtime.network().names().put("shop.example", server.getAddress());
            runtime.run(scope -> {
                try (var listener = await(TcpListener.bind(server));
                        var client = await(TcpStream.connect(InetSocketAddress.createUnresolved("shop.example", 80)));
                        var accepted = await(listener.accept())) {
                    assertEquals(server, client.peerAddress());
                    assertEquals(client.localAddress(), accepted.peerAddress());
                }
            });
        }

        @AsyncTest
        void anAnswerThatIsLateRunsIntoTheTimeout(TestRuntime runtime) throws Exception {
            runtime.network().names().delay(ofSeconds(5), ofSeconds(5));
            assertThrows(
                    TimeoutException.class, () -> runtime.blockOn(Time.timeout(ofSeconds(1), Dns.lookup("localhost"))));
            assertEquals(ofSeconds(1), runtime.now());
        }

        @AsyncTest
        void aFailureOfTheNameServerIsWhatIsThrown(TestRuntime runtime) throws Exception {
            var failure = new IOException("server failure");
            runtime.network().names().fail("shop.example", failure);
            assertEquals(failure, assertThrows(IOException.class, () -> runtime.blockOn(Dns.lookup("shop.example"))));
            runtime.network().names().put("shop.example", InetAddress.ofLiteral("192.0.2.1"));
            assertEquals(1, runtime.blockOn(Dns.lookup("shop.example")).size());
            assertEquals(ZERO, runtime.now());
        }
    }
}
