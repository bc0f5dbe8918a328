package io.greenlang.metrics.testkit;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import java.net.URI;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A hub, a server and clients for one test, all of which end with it. The test's own thread only.
 */
public final class TransportRig implements AutoCloseable {

  /** The channel that tests publish on. */
  public static final String CHANNEL = "orders.metrics";

  private final Function<MetricsWebSocketServer.Builder, TransportServer> starter;
  private final Map<String, String> ownAnswers;
  private final Deque<AutoCloseable> toClose = new ArrayDeque<>();
  private MetricsHub hub = MetricsHub.create();
  private @Nullable TransportServer server;

  TransportRig(
      Function<MetricsWebSocketServer.Builder, TransportServer> starter,
      Map<String, String> ownAnswers) {
    this.starter = starter;
    this.ownAnswers = ownAnswers;
  }

  /** What comes of something here, where it usually comes to {@code usual}. */
  public String expected(String what, String usual) {
    return ownAnswers.getOrDefault(what, usual);
  }

  /** The hub behind the server. */
  public MetricsHub hub() {
    return hub;
  }

  /** Takes another hub, before the server is started. */
  public void use(MetricsHub other) {
    this.hub = other;
  }

  /** Starts a server that lets everybody in and is in no hurry to ping. */
  public TransportServer serve() {
    return serve(MetricsWebSocketServer.Builder::allowAnonymous);
  }

  /** Starts a server that asks for tokens signed with {@link TransportTokens#SECRET}. */
  public TransportServer serveWithTokens() {
    return serve(builder -> builder.jwtSecret(TransportTokens.SECRET));
  }

  /**
   * Starts a server with these settings, on top of a heartbeat of an hour and no limit of rates.
   */
  public TransportServer serve(Consumer<MetricsWebSocketServer.Builder> settings) {
    hub.addChannel(CHANNEL);
    MetricsWebSocketServer.Builder builder =
        MetricsWebSocketServer.builder(hub)
            .heartbeatInterval(Duration.ofHours(1))
            .maxMessagesPerMinute(0)
            .maxConnectionsPerMinute(0)
            .maxConnectionsPerSecond(0);
    settings.accept(builder);
    TransportServer started = starter.apply(builder);
    toClose.addFirst(started);
    server = started;
    return started;
  }

  /** The server. */
  public TransportServer server() {
    TransportServer started = server;
    if (started == null) {
      throw new IllegalStateException("no server was started");
    }
    return started;
  }

  /** The server's address with a query, such as {@code token=…}. */
  public URI url(String query) {
    return URI.create(server().url() + "?" + query);
  }

  /** A TCP connection to the server. */
  public RawWebSocket tcp() {
    return keep(RawWebSocket.tcp(server().url()));
  }

  /** A hand-made client that has been welcomed. */
  public RawWebSocket raw() {
    return raw(server().url());
  }

  /** A hand-made client, connected by this address, that has been welcomed. */
  public RawWebSocket raw(URI url) {
    RawWebSocket client = keep(RawWebSocket.open(url));
    client.message("welcome");
    return client;
  }

  /** A hand-made client that is subscribed to {@link #CHANNEL}. */
  public RawWebSocket subscribed() {
    RawWebSocket client = raw();
    client.ask(subscribe(""), "subscribed");
    return client;
  }

  /** The JDK's client, welcomed. */
  public WebSocketTestClient client() {
    WebSocketTestClient client = connect(server().url(), builder -> builder);
    client.message("welcome");
    return client;
  }

  /** The JDK's client, which has read nothing yet. */
  public WebSocketTestClient connect(URI url, UnaryOperator<WebSocket.Builder> settings) {
    return keep(WebSocketTestClient.connect(url, settings));
  }

  /** Has something closed with the test. */
  public <T extends AutoCloseable> T keep(T closeable) {
    toClose.addFirst(closeable);
    return closeable;
  }

  /**
   * The command that subscribes to {@link #CHANNEL}, with more fields such as {@code
   * ,"batch":true}.
   */
  public static String subscribe(String more) {
    return "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"" + CHANNEL + "\"]" + more + "}}";
  }

  /** Publishes one gauge. */
  public void publish(String name, double value) {
    hub.publish(Metric.gauge(CHANNEL, name, value, Tags.empty()));
  }

  /** Ends everything, what came last first. */
  @Override
  public void close() {
    for (AutoCloseable each : toClose) {
      close(each);
    }
    hub.close();
  }

  private static void close(AutoCloseable each) {
    try {
      each.close();
    } catch (Exception e) {
      throw new IllegalStateException(each + " could not be closed", e);
    }
  }
}
