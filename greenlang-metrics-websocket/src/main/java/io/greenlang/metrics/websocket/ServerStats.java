package io.greenlang.metrics.websocket;

import io.greenlang.metrics.broker.BrokerState;
import io.greenlang.metrics.hub.HubStats;
import io.greenlang.metrics.subscription.DeliveryStats;
import java.time.Duration;

/**
 * A snapshot of a server's state and counters.
 *
 * @param running whether the server accepts connections
 * @param uptime the time since the server was started; zero if it is not running
 * @param connectedClients the number of currently connected clients
 * @param totalSubscriptions the number of current subscriptions, one per client and channel
 * @param framesOut the number of frames handed to sockets since the server was built
 * @param bytesOut the bytes of these frames, including frame headers
 * @param messagesIn the number of messages received from clients
 * @param messagesDropped the number of received messages that were dropped by a rate limit
 * @param connectionsRefused the number of clients rejected by a limit: per address and minute (HTTP
 *     status 429), per second (503), or of concurrent connections (1013); and the connections that
 *     were closed before the upgrade because of a limit. It includes the connections to a port with
 *     TLS that did not begin with TLS, or whose handshake failed
 * @param errors the number of error messages sent and of exceptions thrown by the authenticator
 * @param metrics the delivery counters, summed over all current and closed subscriptions since the
 *     server was built: {@code published = delivered + merged + filtered + dropped + pending}
 * @param feedUpdates the number of times a view selected metrics from a publication: once per
 *     distinct view, however many clients share it
 * @param encodings the number of times the metrics of a publication were encoded: once per encoding
 * @param hub the counters of the hub
 * @param broker the instances that share the hub's broker, and the broker's state; its {@code
 *     problem} is not null while Redis is unavailable
 */
public record ServerStats(
    boolean running,
    Duration uptime,
    int connectedClients,
    int totalSubscriptions,
    long framesOut,
    long bytesOut,
    long messagesIn,
    long messagesDropped,
    long connectionsRefused,
    long errors,
    DeliveryStats metrics,
    long feedUpdates,
    long encodings,
    HubStats hub,
    BrokerState broker) {}
