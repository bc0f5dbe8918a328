package io.greenlang.metrics.client.internal.connection;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a client.
 *
 * @param url the address of the server's WebSocket
 * @param http the JDK's client that opens the sockets
 * @param executor runs all code of the application: listeners, subscribers, the token supplier
 * @param backoffBase the upper limit of the first delay
 * @param backoffMax the upper limit of every delay
 * @param maxAttempts the number of consecutive failures that the client tolerates
 * @param minUptime the uptime that resets the backoff
 * @param connectTimeout the maximum time from the start of an attempt to the welcome
 * @param heartbeatTimeout the time without frames after which the server counts as dead; null for
 *     1.25 times the server's heartbeat interval
 * @param refreshBefore the time before the expiry at which the client replaces its token
 * @param resume whether the client requests missed metrics after a reconnect
 */
public record ConnectionSettings(
    URI url,
    HttpClient http,
    Executor executor,
    Duration backoffBase,
    Duration backoffMax,
    int maxAttempts,
    Duration minUptime,
    Duration connectTimeout,
    @Nullable Duration heartbeatTimeout,
    Duration refreshBefore,
    boolean resume) {

  private static final double HEARTBEAT_TOLERANCE = 1.25;

  /** Returns the address without its query, which may contain a token. */
  String endpoint() {
    return url.getScheme() + "://" + url.getAuthority() + url.getPath();
  }

  /** Returns the timeout for a server with this heartbeat interval. */
  Duration heartbeatTimeout(Duration interval) {
    Duration configured = heartbeatTimeout;
    return configured != null
        ? configured
        : Duration.ofNanos((long) (interval.toNanos() * HEARTBEAT_TOLERANCE));
  }
}
