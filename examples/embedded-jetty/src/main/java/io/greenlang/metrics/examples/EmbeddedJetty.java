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

/** This machine's metrics and the dashboard, served by an embedded Jetty. */
public final class EmbeddedJetty {

  private EmbeddedJetty() {}

  /** Starts the application; Ctrl-C stops it. */
  public static void main(String[] args) throws Exception {
    String configuredSecret = System.getenv("JWT_SECRET_KEY");
    String secret =
        configuredSecret != null ? configuredSecret : UUID.randomUUID() + "-" + UUID.randomUUID();
    String configuredPort = System.getenv("WS_PORT");

    MetricsHub hub = MetricsHub.create();
    MetricCollector collector = MetricCollector.builder(hub).build();
    MetricsWebSocketServer metrics =
        MetricsWebSocketServer.builder(hub).jwtSecret(secret).jwtAlgorithm("HS256").build();

    Server jetty = new Server(configuredPort == null ? 8080 : Integer.parseInt(configuredPort));
    ServletContextHandler application = new ServletContextHandler("/");
    JakartaWebSocketServletContainerInitializer.configure(
        application, (context, container) -> metrics.attach(context));

    // Serve the dashboard's files. A WebAppContext would find them in the jar itself.
    application.setBaseResource(
        ResourceFactory.of(application).newClassLoaderResource("META-INF/resources/"));
    application.setWelcomeFiles(new String[] {"index.html"});
    application
        .addServlet(DefaultServlet.class, "/")
        .setInitParameter("precompressed", "true"); // the jar contains compressed copies

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
                  metrics.close(); // before Jetty, so that clients are notified
                  hub.close();
                }));
    jetty.join();
  }
}
