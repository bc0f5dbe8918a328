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
 * A fixture for one test: a hub, a server and clients, all closed after the test. Only the test's
 * own thread may use it.
 */
public final class TransportRig implements AutoCloseable {

  /** The channel on which tests publish. */
  public static final String CHANNEL = "orders.metrics";

  private final Function<MetricsWebSocketServer.Builder, TransportServer> starter;
  private final Map<String, String> ownAnswers;
  private final Deque<AutoCloseable> resources = new ArrayDeque<>();
  private MetricsHub hub = MetricsHub.create();
  private @Nullable TransportServer server;

  TransportRig(
      Function<MetricsWebSocketServer.Builder, TransportServer> starter,
      Map<String, String> ownAnswers) {
    this.starter = starter;
    this.ownAnswers = ownAnswers;
  }

  /**
   * Returns the outcome of a situation in the container under test.
   *
   * @param situation the name under which {@link TransportSuite#ownAnswers} may declare an outcome
   * @param defaultOutcome the outcome if this container does not declare one
   */
  public String expected(String situation, String defaultOutcome) {
    return ownAnswers.getOrDefault(situation, defaultOutcome);
  }

  /** Returns the hub that the server serves. */
  public MetricsHub hub() {
    return hub;
  }

  /** Replaces the hub; call it before the server is started. */
  public void use(MetricsHub other) {
    this.hub = other;
  }

  /** Starts a server that accepts anonymous clients and does not ping during a test. */
  public TransportServer serve() {
    return serve(MetricsWebSocketServer.Builder::allowAnonymous);
  }

  /** Starts a server that requires tokens signed with {@link TransportTokens#SECRET}. */
  public TransportServer serveWithTokens() {
    return serve(builder -> builder.jwtSecret(TransportTokens.SECRET));
  }

  /**
   * Starts a server with the given settings. They are applied after the defaults of tests: a
   * heartbeat interval of one hour and no rate limits.
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
    TransportServer running = starter.apply(builder);
    resources.addFirst(running);
    server = running;
    return running;
  }

  /**
   * Returns the server.
   *
   * @throws IllegalStateException if no server was started
   */
  public TransportServer server() {
    TransportServer running = server;
    if (running == null) {
      throw new IllegalStateException("no server was started");
    }
    return running;
  }

  /** Returns the server's URL with a query, such as {@code token=…}. */
  public URI url(String query) {
    return URI.create(server().url() + "?" + query);
  }

  /** Opens a TCP connection to the server. */
  public RawWebSocket tcp() {
    return keep(RawWebSocket.tcp(server().url()));
  }

  /** Connects a raw client and reads its welcome. */
  public RawWebSocket raw() {
    return raw(server().url());
  }

  /** Connects a raw client to the given URL and reads its welcome. */
  public RawWebSocket raw(URI url) {
    RawWebSocket client = keep(RawWebSocket.open(url));
    client.message("welcome");
    return client;
  }

  /** Connects a raw client and subscribes it to {@link #CHANNEL}. */
  public RawWebSocket subscribed() {
    RawWebSocket client = raw();
    client.ask(subscribe(""), "subscribed");
    return client;
  }

  /** Connects the JDK's client and reads its welcome. */
  public WebSocketTestClient client() {
    WebSocketTestClient client = connect(server().url(), builder -> builder);
    client.message("welcome");
    return client;
  }

  /** Connects the JDK's client without reading a message. */
  public WebSocketTestClient connect(URI url, UnaryOperator<WebSocket.Builder> settings) {
    return keep(WebSocketTestClient.connect(url, settings));
  }

  /** Registers a resource to be closed after the test, and returns it. */
  public <T extends AutoCloseable> T keep(T resource) {
    resources.addFirst(resource);
    return resource;
  }

  /**
   * Returns the command that subscribes to {@link #CHANNEL}.
   *
   * @param fields additional JSON fields such as {@code ,"batch":true}; may be empty
   */
  public static String subscribe(String fields) {
    return "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"" + CHANNEL + "\"]" + fields + "}}";
  }

  /** Publishes one gauge on {@link #CHANNEL}. */
  public void publish(String name, double value) {
    hub.publish(Metric.gauge(CHANNEL, name, value, Tags.empty()));
  }

  /** Closes all resources, the most recent first, and then the hub. */
  @Override
  public void close() {
    for (AutoCloseable resource : resources) {
      close(resource);
    }
    hub.close();
  }

  private static void close(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      throw new IllegalStateException(resource + " could not be closed", e);
    }
  }
}
