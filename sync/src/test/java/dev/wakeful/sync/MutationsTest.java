// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.sync;

import static dev.wakeful.sync.Mutation.branch;
import static dev.wakeful.sync.Mutation.without;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The schedules find mistakes: each of these is planted and must be found.
class MutationsTest {
    private static final long LIMIT = 50_000;

    static Stream<Mutation> mutations() {
        return Stream.of(
                without("a cancelled waiter keeps the mutex", "Mutex", "forget", "unlock", "MutexScenario"),
                without("a hand-over of the mutex wakes nobody", "Mutex", "unlock", "wake", "MutexScenario"),
                without("a cancelled waiter stays in the mutex's queue", "Gate", "unqueue", "remove", "MutexScenario"),
                without(
                        "a waiter is not linked into the mutex's queue",
                        "Mutex",
                        "takeOrQueue",
                        "add",
                        "MutexScenario"),
                without("the mutex forgets that others wait", "Mutex", "unlock", "withWaiters", "MutexScenario"),
                without("a cancelled acquire keeps its permits", "Semaphore", "forget", "close", "SemaphoreScenario"),
                without("a cancelled acquire stays in the queue", "Gate", "unqueue", "remove", "SemaphoreScenario"),
                without("a release wakes nobody", "Semaphore", "assign", "wake", "SemaphoreScenario"),
                without("closing a semaphore wakes nobody", "Semaphore", "close", "wake", "SemaphoreScenario"),
                without(
                        "a merge does not empty the other",
                        "Semaphore$Acquire",
                        "merge",
                        "forget",
                        "SemaphoreScenario"),
                without(
                        "a closed permit is not released",
                        "Semaphore$Acquire",
                        "close",
                        "release",
                        "SemaphoreScenario"),
                new Mutation(
                        "a new waker is taken for the old one",
                        "Waiter",
                        "stillQueued",
                        "keeps",
                        0,
                        1,
                        "SemaphoreScenario"),
                without(
                        "a slot that becomes free is not handed on",
                        "Channel",
                        "takeAndLeave",
                        "assign",
                        "ChannelScenario"),
                without("a send wakes no receiver", "Channel", "send", "promise", "ChannelScenario"),
                without("a trySend wakes no receiver", "Channel", "trySend", "promise", "ChannelScenario"),
                without(
                        "a send in an assigned slot wakes no receiver",
                        "Channel",
                        "fulfil",
                        "promise",
                        "ChannelScenario"),
                without("a cancelled receive keeps its promise", "Channel", "forget", "promise", "ChannelScenario"),
                without("a cancelled sender keeps its slots", "Channel", "forget", "takeAssigned", "ChannelScenario"),
                without("a cancelled rendezvous stays promised", "Channel", "forget", "senderLeft", "ChannelScenario"),
                without(
                        "closing keeps the slots of waiting senders",
                        "Channel",
                        "close",
                        "takeAssigned",
                        "ChannelScenario"),
                without("closing tells waiting senders nothing", "Channel", "close", "wake", "ChannelScenario"),
                without("the end is not told to receivers", "Channel", "finishLeaving", "wake", "ChannelScenario"),
                without("several free slots serve nobody", "Channel", "finishLeaving", "assign", "ChannelScenario"),
                without(
                        "a receiver that met stays in the list",
                        "RendezvousChannel",
                        "unmatched",
                        "remove",
                        "ChannelScenario"),
                without("values of a closed channel vanish", "Channel", "removeReceiver", "drop", "ChannelScenario"),
                without("the value of a cancelled send vanishes", "Send", "abandon", "drop", "ChannelScenario"),
                without("a cancelled send stays in the queue", "Send", "abandon", "forget", "ChannelScenario"),
                without("a closed permit keeps its slots", "Reserve", "close", "unreserve", "ChannelScenario"),
                without("a cancelled receive does not leave", "Receive", "abandon", "forget", "ChannelScenario"),
                without("an offer is not invited", "Channel", "receive", "receiverWaits", "ChannelScenario"),
                without(
                        "a cancelled offer stays invited",
                        "RendezvousChannel",
                        "forget",
                        "takeInvitation",
                        "ChannelScenario"),
                without("a notification wakes nobody", "Notify", "notifyOne", "wake", "NotifyScenario"),
                without("a notification is not passed on", "Notify$Wait", "abandon", "notifyOne", "NotifyScenario"),
                without("a cancelled wait stays in the queue", "Gate", "unqueue", "remove", "NotifyScenario"),
                without("the end of a round wakes nobody", "RoundGate", "endRound", "wake", "NotifyScenario"),
                without("a granted writer wakes late", "RwLock", "admitAndLeave", "wake", "RwLockScenario"),
                without("an upgrade waits behind the queue", "RwLock", "acquireOrQueue", "addFirst", "RwLockScenario"),
                without(
                        "a granted upgrade is kept",
                        "RwLock$Write",
                        "giveBackUntaken",
                        "changeAndAdmit",
                        "RwLockScenario"),
                without("a granted lock is kept", "RwLock", "forget", "giveBackUntaken", "RwLockScenario"),
                without(
                        "a lossless slot wakes no sender",
                        "Broadcast$Ring",
                        "assignAndLeave",
                        "wake",
                        "BroadcastScenario"),
                without("a receiver does not pass a value", "Broadcast$Ring", "receive", "pass", "BroadcastScenario"),
                without("a cancelled send stays queued", "Broadcast$Ring", "forget", "remove", "BroadcastScenario"),
                without("a cancelled initialiser starts none", "OnceCell$Init", "abandon", "pass", "EventsScenario"),
                without("the next initialiser is not woken", "OnceCell", "pass", "wake", "EventsScenario"),
                without("a child token is not linked", "CancellationToken", "child", "link", "EventsScenario"),
                without(
                        "a child of a cancelled token is not",
                        "CancellationToken",
                        "child",
                        "cancel",
                        "EventsScenario"),
                without("a lost clause keeps its promise", "Channel", "forget", "promise", "SelectScenario"),
                without(
                        "a lost offer stays invited",
                        "RendezvousChannel",
                        "forget",
                        "takeInvitation",
                        "SelectScenario"),
                without("a lost offer stays in the list", "RendezvousChannel", "forget", "remove", "SelectScenario"),
                without("a lost room wakes nobody", "Channel", "finishLeaving", "assign", "SelectScenario"),
                without(
                        "the end of a broadcast is not told",
                        "Broadcast$Ring",
                        "close",
                        "endRound",
                        "BroadcastScenario"),
                without(
                        "a broadcast that fails keeps its senders",
                        "Broadcast$Ring",
                        "close",
                        "refuseSenders",
                        "BroadcastScenario"),
                new Mutation(
                        "an event is not looked at again under the guard",
                        "RoundGate",
                        "passOrQueue",
                        "passes",
                        -1,
                        0,
                        "InterferenceScenario"),
                branch("a free mutex is not looked at again", "Mutex", "takeOrQueue", 0, true, "InterferenceScenario"),
                branch(
                        "available permits are not looked at again",
                        "Semaphore",
                        "takeOrQueue",
                        1,
                        true,
                        "InterferenceScenario"),
                new Mutation(
                        "a free read-write lock is not looked at again",
                        "RwLock",
                        "acquireOrQueue",
                        "admitted",
                        -1,
                        -1,
                        "InterferenceScenario"),
                branch(
                        "a stored notification is not looked at again",
                        "Notify",
                        "takeOrQueue",
                        0,
                        true,
                        "InterferenceScenario"),
                branch("a value is not looked at again", "OnceCell", "claimOrQueue", 0, true, "InterferenceScenario"),
                branch(
                        "a change of a watch is not looked at again",
                        "Watch$Cell",
                        "changedOrQueue",
                        1,
                        true,
                        "InterferenceScenario"),
                branch(
                        "a oneshot is not looked at again",
                        "Oneshot$Cell",
                        "queueUnless",
                        0,
                        true,
                        "InterferenceScenario"),
                branch("the end is not looked at again", "Channel", "awaitClosed", 0, true, "InterferenceScenario"),
                branch(
                        "a grant is not looked at again with a new waker",
                        "Waiter",
                        "stillQueued",
                        2,
                        false,
                        "InterferenceScenario"));
    }

    @ParameterizedTest
    @MethodSource("mutations")
    void isFound(Mutation mutation) throws Exception {
        long schedules = mutation.schedulesUntilFound(LIMIT);
        System.out.println(mutation + ": found after " + schedules);
        assertTrue(schedules < LIMIT, () -> "not found: " + mutation);
    }
}
