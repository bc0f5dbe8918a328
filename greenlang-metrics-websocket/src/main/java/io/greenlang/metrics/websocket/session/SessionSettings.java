package io.greenlang.metrics.websocket.session;

import java.time.Duration;

/**
 * What a server's sessions go by.
 *
 * @param heartbeat how often a client is asked for a sign of life
 * @param maxSessions how many there may be at a time
 * @param messagesPerMinute how many messages a subject may send, and how many metric frames a
 *     connection may get; 0 for any number
 */
public record SessionSettings(Duration heartbeat, int maxSessions, int messagesPerMinute) {}
