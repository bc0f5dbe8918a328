package io.greenlang.metrics.benchmarks.fanout;

import io.greenlang.metrics.benchmarks.Arguments;
import io.greenlang.metrics.testkit.JavaProcess;
import io.greenlang.metrics.testkit.load.Publisher;
import io.greenlang.metrics.testkit.tls.TestCertificate;
import io.greenlang.metrics.websocket.transport.TlsSettings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Measurement of the server's CPU time per delivery, with TLS and without it in turn, for single
 * publications and for bursts of ten.
 */
public final class TlsCost {

  private static final String USAGE =
      """
      TlsCost: compares the CPU time per delivered metric with TLS and without it.

        --clients N         subscribers (500)
        --rounds N          measurements of each kind; the median counts (3)
        --warmup SECONDS    before each measurement (10)
        --seconds SECONDS   of each measurement (15)
        --help

      The server is pinned to core 0.
      """;

  private static final int PORT = 8006;
  private static final int BURST = 10;
  private static final double SINGLE_RATE = 20;
  private static final double BURST_RATE = 500;

  private static final String SUBSCRIBE =
      "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"" + Publisher.CHANNEL.name() + "\"]}}";

  private final Arguments arguments;
  private final TlsSettings.Pem files =
      (TlsSettings.Pem) TestCertificate.create().pemFiles().source();

  private TlsCost(Arguments arguments) {
    this.arguments = arguments;
  }

  /** Runs the measurement; see {@code --help}. */
  public static void main(String[] args) throws Exception {
    TlsCost cost = new TlsCost(Arguments.parse(USAGE, args));
    cost.compare("single publications", 1, SINGLE_RATE);
    cost.compare("bursts of ten", BURST, BURST_RATE);
  }

  private void compare(String name, int burst, double rate) throws Exception {
    List<Double> plain = new ArrayList<>();
    List<Double> encrypted = new ArrayList<>();
    for (int i = 0; i < arguments.integer("rounds", 3); i++) {
      plain.add(microsPerDelivery(false, burst, rate));
      encrypted.add(microsPerDelivery(true, burst, rate));
    }
    System.out.printf(
        Locale.ROOT,
        "%s: %.2f us per delivery without TLS, %.2f us with TLS: %.2f times (%s, %s)%n",
        name,
        median(plain),
        median(encrypted),
        median(encrypted) / median(plain),
        plain,
        encrypted);
  }

  private static double median(List<Double> values) {
    Collections.sort(values);
    return values.get(values.size() / 2);
  }

  private double microsPerDelivery(boolean tls, int burst, double rate) throws Exception {
    JavaProcess.Builder builder =
        JavaProcess.builder(BenchServer.class)
            .limits("taskset -cp 0 $$ >/dev/null")
            .options("-Xmx512m", "-DWS_HEARTBEAT_INTERVAL=3600");
    if (tls) {
      builder.options("-DTLS_CERTIFICATE=" + files.certificate(), "-DTLS_KEY=" + files.key());
    }
    try (JavaProcess server =
        builder.start("--port", "" + PORT, "--rate", "" + rate, "--burst", "" + burst)) {
      server.nextLine(); // it listens
      try (DiscardingClients clients =
          new DiscardingClients(PORT, tls, arguments.integer("clients", 500), SUBSCRIBE)) {
        waitSeconds(arguments.number("warmup", 10));
        double micros = measure(server);
        clients.requireConnected();
        return micros;
      }
    }
  }

  private double measure(JavaProcess server) {
    ServerProcess process = new ServerProcess(server.pid());
    long deliveredBefore = delivered(server);
    Map<String, Long> before = process.cpuNanosByThread();
    waitSeconds(arguments.number("seconds", 15));
    Map<String, Long> after = process.cpuNanosByThread();
    long count = delivered(server) - deliveredBefore;
    return Math.round(ServerProcess.cpuNanosBetween(before, after) / 10.0 / count) / 100.0;
  }

  private static long delivered(JavaProcess server) {
    return Long.parseLong(server.ask("delivered").split(" ", 2)[1]);
  }

  private static void waitSeconds(double seconds) {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }
}
