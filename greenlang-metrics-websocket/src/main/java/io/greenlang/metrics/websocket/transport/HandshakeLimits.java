package io.greenlang.metrics.websocket.transport;

/**
 * The limits on connections to the server's own port that are not WebSockets yet: handshakes and
 * HTTP requests.
 *
 * @param maxConnections the number of such connections; the oldest is closed to accept another
 * @param maxConnectionsPerAddress the number of such connections from one address, and for IPv6
 *     from one network of 64 bits
 * @param maxHeaders the number of headers of a request
 * @param maxHeadBytes the bytes of a request line and its headers
 */
public record HandshakeLimits(
    int maxConnections, int maxConnectionsPerAddress, int maxHeaders, int maxHeadBytes) {}
