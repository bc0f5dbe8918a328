package io.greenlang.metrics.websocket;

import io.greenlang.metrics.broker.BrokerState;
import io.greenlang.metrics.feed.Accounting;
import io.greenlang.metrics.hub.HubStats;
import java.time.Duration;

/**
 * What a server does and has done.
 *
 * @param running whether it takes connections
 * @param uptime since it was started; zero when it is not running
 * @param connectedClients clients connected now
 * @param totalSubscriptions subscriptions now: one for each client and channel
 * @param framesOut frames handed to sockets since the server was made
 * @param bytesOut bytes of these frames, headers included
 * @param messagesIn messages that came from clients
 * @param messagesDropped of these, messages that were too many
 * @param connectionsRefused clients that were refused because there were too many: of one address
 *     in a minute (HTTP status 429), in a second (503), or at a time (1013)
 * @param errors error messages sent
 * @param metrics what became of the metrics of each subscription, in sum over all that there are
 *     and were since the server was made: {@code published = delivered + merged + filtered +
 *     dropped + pending}
 * @param evaluations how often a view took metrics from a publication: once per distinct view,
 *     however many clients share it
 * @param encodings how often metrics of a publication were turned into bytes: once per encoding
 * @param hub what the hub behind it has done
 * @param broker who shares the hub's broker, and how that fares; its {@code trouble} is not null
 *     while Redis is away
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
    Accounting metrics,
    long evaluations,
    long encodings,
    HubStats hub,
    BrokerState broker) {}
