package io.greenlang.metrics.examples.jvm;

import io.greenlang.metrics.collectors.MetricCollector;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.jfr.JfrSource;
import io.greenlang.metrics.jmx.JmxRule;
import io.greenlang.metrics.jmx.JmxSource;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.greenlang.metrics.websocket.auth.JwtIssuer;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** A program whose own MBean and whose JVM appear live. */
public final class JvmMain implements AutoCloseable {

  private static final MBeanServer BEANS = ManagementFactory.getPlatformMBeanServer();

  private final ObjectName kitchenName;
  private final Kitchen kitchen = new Kitchen();
  private final MetricsHub hub = MetricsHub.create();
  private final JfrSource jfr = JfrSource.create();
  private final MetricCollector collector;
  private final MetricsWebSocketServer server;

  JvmMain(int port, String secret) throws JMException {
    kitchenName = new ObjectName("restaurant:type=Kitchen");
    BEANS.registerMBean(kitchen, kitchenName);
    JmxSource jmx =
        JmxSource.builder()
            .include("restaurant:*")
            .include("java.lang:type=MemoryPool,*")
            .rule(
                JmxRule.matching("restaurant<type=Kitchen><>OpenOrders")
                    .name("orders.open")
                    .unit("{order}")
                    .description("Orders that wait for a cook"))
            .rule(
                JmxRule.matching("restaurant<type=Kitchen><>ServedOrders")
                    .name("orders.served")
                    .counter()
                    .unit("{order}"))
            .rule(
                JmxRule.matching("<type=MemoryPool, name=(.+)><Usage>used")
                    .name("pool.used")
                    .tag("pool", "$1")
                    .unit("By"))
            .build();
    collector = MetricCollector.builder(hub).standardSources().source(jmx).source(jfr).build();
    server =
        MetricsWebSocketServer.builder(hub)
            .port(port)
            .jwtSecret(secret)
            .jwtAlgorithm("HS256")
            .build();
    // Both sources wait for a client, which can only subscribe to a channel that exists.
    hub.addChannel("jmx.metrics");
    hub.addChannel("jvm.metrics");
    server.start();
    collector.start();
    kitchen.open();
  }

  /** Returns the port of the dashboard and of the WebSocket. */
  int port() {
    return server.port();
  }

  /** Closes the sources before the server, and the server before the hub. */
  @Override
  public void close() throws JMException {
    kitchen.close();
    collector.close();
    jfr.close();
    server.close();
    hub.close();
    BEANS.unregisterMBean(kitchenName);
  }

  /** Starts the program; Ctrl-C stops it. */
  public static void main(String[] arguments) throws JMException {
    Map<String, String> environment = System.getenv();
    int port = Integer.parseInt(environment.getOrDefault("WS_PORT", "8000"));
    String secret =
        environment.getOrDefault("JWT_SECRET_KEY", UUID.randomUUID() + "-" + UUID.randomUUID());
    JvmMain program = new JvmMain(port, secret);
    Runtime.getRuntime().addShutdownHook(new Thread(program::closeAtExit));
    String token = new JwtIssuer(secret, "HS256").issue("jvm-main", Duration.ofDays(1));
    System.out.println("Dashboard: http://localhost:" + program.port() + "/#token=" + token);
  }

  private void closeAtExit() {
    try {
      close();
    } catch (JMException e) {
      System.err.println("jvm-main: " + e.getMessage());
    }
  }
}
