package io.greenlang.metrics.websocket.internal.sse;

import java.util.Map;

/**
 * A request for a stream, whose client is admitted.
 *
 * @param command the subscribe command of the request, as JSON
 * @param resumed the positions that the client resumes from, by channel
 * @param ofWindows whether the metrics are aggregated
 * @param headers further headers of the response
 */
@SuppressWarnings("ArrayRecordComponent") // requests are never compared
public record StreamRequest(
    byte[] command,
    Map<String, ChannelPosition> resumed,
    boolean ofWindows,
    Map<String, String> headers) {}
