package io.greenlang.metrics.examples;

import io.greenlang.metrics.collectors.MetricCollector;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.greenlang.metrics.websocket.auth.JwtIssuer;
import java.time.Duration;
import java.util.UUID;
import org.eclipse.jetty.ee10.servlet.DefaultServlet;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.websocket.jakarta.server.config.JakartaWebSocketServletContainerInitializer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.resource.ResourceFactory;

/** This machine's metrics and the dashboard, inside an embedded Jetty. */
public final class EmbeddedJetty {

  private EmbeddedJetty() {}

  /** Starts it; ends with Ctrl-C. */
  public static void main(String[] args) throws Exception {
    String ownSecret = System.getenv("JWT_SECRET_KEY");
    String secret = ownSecret != null ? ownSecret : UUID.randomUUID() + "-" + UUID.randomUUID();
    String ownPort = System.getenv("WS_PORT");

    MetricsHub hub = MetricsHub.create();
    MetricCollector collector = MetricCollector.builder(hub).build();
    MetricsWebSocketServer metrics =
        MetricsWebSocketServer.builder(hub).jwtSecret(secret).jwtAlgorithm("HS256").build();

    Server jetty = new Server(ownPort == null ? 8080 : Integer.parseInt(ownPort));
    ServletContextHandler application = new ServletContextHandler("/");
    JakartaWebSocketServletContainerInitializer.configure(
        application, (host, container) -> metrics.attach(host));

    // The dashboard's files. A WebAppContext finds them in the jar by itself.
    application.setBaseResource(
        ResourceFactory.of(application).newClassLoaderResource("META-INF/resources/"));
    application.setWelcomeFiles(new String[] {"index.html"});
    application.addServlet(DefaultServlet.class, "/");

    jetty.setHandler(application);
    jetty.start();
    collector.start();

    String token = new JwtIssuer(secret, "HS256").issue("embedded-jetty", Duration.ofDays(1));
    System.out.println(
        "Dashboard: http://localhost:"
            + jetty.getURI().getPort()
            + "/greenlang-metrics/#token="
            + token);

    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  collector.close();
                  metrics.close(); // before Jetty, so that clients are told
                  hub.close();
                }));
    jetty.join();
  }
}
