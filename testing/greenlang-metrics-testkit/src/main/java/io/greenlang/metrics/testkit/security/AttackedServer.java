package io.greenlang.metrics.testkit.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.transport.fixture.ConnectionLog;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServerBuilder;
import io.greenlang.metrics.websocket.ServerStats;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * A server with the limits of production that one test attacks, and a {@link Witness} that is
 * connected to it. It prints a row of figures for each attack. Only the test's own thread may use
 * it, except for {@link #url} and {@link #hub}.
 */
public final class AttackedServer implements AutoCloseable {

  static {
    // Netty's leak detector watches every buffer in tests. Recording each access would be most of
    // the work of an attack.
    System.setProperty("io.netty.leakDetection.targetRecords", "0");
  }

  /** The usual time between two publications for the witness. */
  private static final Duration PERIOD = Duration.ofMillis(5);

  /** The time of a measurement; at a low rate, at most three times as long. */
  private static final Duration MEASURED = Duration.ofSeconds(1);

  /** The publications of a measurement, if they fit into its time. */
  private static final int MEASURED_PUBLICATIONS = 200;

  /** An attack. Its clients stay connected until it has returned and the figures are taken. */
  @FunctionalInterface
  public interface Attack {

    /** Attacks the server. */
    void run() throws Exception;
  }

  private final MetricsHub hub;
  private final MetricsWebSocketServer server;
  private final SteadyPublisher publisher;
  private final Witness witness;
  private final ControlPath control;
  private final int measured;
  private double allowanceMillis = Witness.ALLOWANCE_MILLIS;
  private final Deque<Closeable> attackers = new ArrayDeque<>();

  private AttackedServer(
      MetricsHub hub, Consumer<MetricsWebSocketServerBuilder> settings, Duration period) {
    ConnectionLog.install(); // the log of every frame would be more work than the attack
    this.hub = hub;
    hub.addChannel(SteadyPublisher.CHANNEL.name());
    MetricsWebSocketServerBuilder builder =
        MetricsWebSocketServer.builder(hub)
            .host("127.0.0.1")
            .port(0)
            .jwtSecret(ContractTokens.SECRET)
            .maxMessagesPerMinute(0);
    settings.accept(builder);
    this.server = builder.build();
    server.start();
    this.publisher = SteadyPublisher.start(hub, period);
    this.witness = Witness.connect(url("witness"));
    this.control = ControlPath.start(period);
    this.measured = publicationsToMeasure(period);
  }

  private static int publicationsToMeasure(Duration period) {
    long fitting = MEASURED.multipliedBy(3).dividedBy(period);
    return (int) Math.max(Math.min(MEASURED_PUBLICATIONS, fitting), MEASURED.dividedBy(period));
  }

  /** Starts a server with the defaults, except for the limit of messages per minute. */
  public static AttackedServer start() {
    return start(settings -> {});
  }

  /** Starts a server with other settings. */
  public static AttackedServer start(Consumer<MetricsWebSocketServerBuilder> settings) {
    return start(MetricsHub.create(), settings);
  }

  /** Starts a server of a hub, which {@link #close} closes. */
  public static AttackedServer start(
      MetricsHub hub, Consumer<MetricsWebSocketServerBuilder> settings) {
    return start(hub, settings, PERIOD);
  }

  /**
   * Starts a server of a hub, which {@link #close} closes.
   *
   * @param period the time between two publications for the witness
   */
  public static AttackedServer start(
      MetricsHub hub, Consumer<MetricsWebSocketServerBuilder> settings, Duration period) {
    return new AttackedServer(hub, settings, period);
  }

  /** Sets the allowance for the latency of the witness, for faults that delay publications. */
  public void allowLatency(Duration allowance) {
    allowanceMillis = allowance.toMillis();
  }

  /** Returns the hub. */
  public MetricsHub hub() {
    return hub;
  }

  /** Returns the statistics of the server. */
  public ServerStats stats() {
    return server.stats();
  }

  /** Returns the number of the last publication for witnesses. */
  public long published() {
    return publisher.published();
  }

  /** Returns the witness. */
  public Witness witness() {
    return witness;
  }

  /** Returns the URL with a valid token of a subject. */
  public URI url(String subject) {
    return urlWithToken(ContractTokens.ofSubject(subject));
  }

  /** Returns the URL with any token. */
  public URI urlWithToken(String token) {
    return URI.create(url() + "?token=" + token);
  }

  /** Returns the URL without a token. */
  public URI url() {
    String scheme = server.usesTls() ? "wss" : "ws";
    return URI.create(scheme + "://127.0.0.1:" + server.port() + "/ws/metrics");
  }

  /** Connects an attacker with a valid token and reads its welcome. */
  public RawWebSocket attacker() {
    return attacker("attacker", 0);
  }

  /**
   * Connects an attacker with a valid token and reads its welcome.
   *
   * @param receiveBuffer the size of its receive buffer in bytes; 0 for the default
   */
  public RawWebSocket attacker(String subject, int receiveBuffer) {
    RawWebSocket client = closeAfterAttack(RawWebSocket.connect(url(subject), receiveBuffer));
    client.upgrade();
    client.nextMessage("welcome");
    return client;
  }

  /** Registers a resource of the attack, to be closed when the attack is over. */
  public <T extends Closeable> T closeAfterAttack(T resource) {
    attackers.addFirst(resource);
    return resource;
  }

  /** Returns the time in which a new client with a valid token connects. */
  public Duration connectHonestClient() {
    long startNanos = System.nanoTime();
    try (RawWebSocket client = RawWebSocket.open(url("honest"))) {
      client.nextMessage("welcome");
    }
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  /**
   * Runs an attack and verifies that the witness missed nothing and was not delayed, that memory
   * stays within bounds while the attackers are connected, and that nothing remains afterwards.
   *
   * @param name the name of the attack in the table of figures
   * @param maxMebibytes the memory that the attack may take while it lasts, of the attackers too
   */
  public void withstand(String name, double maxMebibytes, Attack attack) throws Exception {
    witness.awaitMore(measured / 2); // the code is loaded and compiled
    ResourceFigures before = ResourceFigures.measure();
    startMeasurement();
    witness.awaitMeasured(measured);
    double p99Before = witness.p99Millis();

    witness.beginAttack();
    startMeasurement();
    attack.run();
    witness.awaitPublication(publisher.published());
    witness.awaitMeasured(measured);
    double p99During = witness.p99Millis();
    double p99Control = control.p99Millis();
    ResourceFigures during = ResourceFigures.measure();

    closeAttackers();
    ResourceUsage.await(() -> server.stats().connectedClients() == 1);
    ResourceUsage.await(before::descriptorsAreReleased);
    ResourceUsage.await(before::threadsAreReleased);
    witness.awaitMore(10);
    ResourceFigures after = ResourceFigures.measure();
    System.out.printf(
        Locale.ROOT,
        "hostile: | %s | %s | %s | %s | %.1f | %.1f | %.1f |%n",
        name,
        before.cells(),
        during.cells(),
        after.cells(),
        p99Before,
        p99Control,
        p99During);
    during.assertMemoryWithin(before, maxMebibytes);
    after.assertReleased(before);
    Witness.assertSimilar(p99Before, p99Control, p99During, allowanceMillis);
    assertThat(publisher.failures()).as("publications of the application that threw").isZero();
  }

  /** Starts a new measurement of the latency. */
  public void startMeasurement() {
    witness.startMeasurement();
    control.startMeasurement();
  }

  private void closeAttackers() throws IOException {
    while (!attackers.isEmpty()) {
      attackers.removeFirst().close();
    }
  }

  /** Stops the server and closes the hub. */
  @Override
  public void close() throws IOException {
    closeAttackers();
    witness.close();
    control.close();
    publisher.close();
    server.close();
    hub.close();
  }
}
