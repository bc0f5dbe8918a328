package io.greenlang.metrics.examples;

import io.greenlang.metrics.collectors.MetricCollector;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.greenlang.metrics.websocket.auth.JwtIssuer;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import org.apache.catalina.Context;
import org.apache.catalina.WebResourceRoot.ResourceSetType;
import org.apache.catalina.servlets.DefaultServlet;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.webresources.StandardRoot;
import org.apache.tomcat.websocket.server.WsSci;

/** This machine's metrics and the dashboard, served by an embedded Tomcat. */
public final class EmbeddedTomcat {

  private static final String DASHBOARD = "META-INF/resources/greenlang-metrics/index.html";

  private EmbeddedTomcat() {}

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

    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(System.getProperty("java.io.tmpdir"));
    tomcat.setPort(configuredPort == null ? 8080 : Integer.parseInt(configuredPort));
    tomcat.getConnector().setProperty("maxConnections", "20000"); // default: 8192
    tomcat.getConnector().setProperty("acceptCount", "4096"); // default: 100
    Context application = tomcat.addContext("", null);
    application.addServletContainerInitializer(new WsSci(), null);
    application.addServletContainerInitializer((types, context) -> metrics.attach(context), null);
    serveDashboard(application);
    tomcat.start();
    collector.start();

    String token = new JwtIssuer(secret, "HS256").issue("embedded-tomcat", Duration.ofDays(1));
    System.out.println(
        "Dashboard: http://localhost:"
            + tomcat.getConnector().getLocalPort()
            + "/greenlang-metrics/#token="
            + token);

    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  collector.close();
                  metrics.close(); // before Tomcat, so that clients are notified
                  hub.close();
                }));
    tomcat.getServer().await();
  }

  /**
   * Serves the dashboard's files. An application deployed as a WAR does not need this, because
   * Tomcat finds the jar itself.
   */
  private static void serveDashboard(Context application) throws Exception {
    URL page =
        Objects.requireNonNull(
            EmbeddedTomcat.class.getClassLoader().getResource(DASHBOARD), "the dashboard's jar");
    String pageInJar = page.getPath();
    URL jar = URI.create(pageInJar.substring(0, pageInJar.indexOf("!/"))).toURL();
    StandardRoot files = new StandardRoot(application);
    application.setResources(files);
    files.createWebResourceSet(ResourceSetType.RESOURCE_JAR, "/", jar, "/META-INF/resources");
    Tomcat.addServlet(application, "files", new DefaultServlet())
        .addInitParameter("precompressed", "true"); // the jar contains compressed copies
    application.addServletMapping("/", "files");
    application.addWelcomeFile("index.html");
    Tomcat.addDefaultMimeTypeMappings(application);
  }
}
