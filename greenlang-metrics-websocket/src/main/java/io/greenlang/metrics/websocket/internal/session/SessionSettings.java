package io.greenlang.metrics.websocket.internal.session;

import java.time.Duration;

/**
 * The settings of a server's sessions.
 *
 * @param heartbeat the interval between pings
 * @param maxSessions the maximum number of concurrent sessions
 * @param messagesPerMinute the maximum messages that a subject may send per minute, and the maximum
 *     metric frames that a connection receives per minute; 0 for no limit
 */
public record SessionSettings(Duration heartbeat, int maxSessions, int messagesPerMinute) {}
