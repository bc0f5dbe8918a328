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

/** This machine's metrics and the dashboard, inside an embedded Tomcat. */
public final class EmbeddedTomcat {

  private static final String DASHBOARD = "META-INF/resources/greenlang-metrics/index.html";

  private EmbeddedTomcat() {}

  /** Starts it; ends with Ctrl-C. */
  public static void main(String[] args) throws Exception {
    String ownSecret = System.getenv("JWT_SECRET_KEY");
    String secret = ownSecret != null ? ownSecret : UUID.randomUUID() + "-" + UUID.randomUUID();
    String ownPort = System.getenv("WS_PORT");

    MetricsHub hub = MetricsHub.create();
    MetricCollector collector = MetricCollector.builder(hub).build();
    MetricsWebSocketServer metrics =
        MetricsWebSocketServer.builder(hub).jwtSecret(secret).jwtAlgorithm("HS256").build();

    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(System.getProperty("java.io.tmpdir"));
    tomcat.setPort(ownPort == null ? 8080 : Integer.parseInt(ownPort));
    tomcat.getConnector().setProperty("maxConnections", "20000"); // 8192 otherwise
    tomcat.getConnector().setProperty("acceptCount", "4096"); // 100 otherwise
    Context application = tomcat.addContext("", null);
    application.addServletContainerInitializer(new WsSci(), null);
    application.addServletContainerInitializer((types, host) -> metrics.attach(host), null);
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
                  metrics.close(); // before Tomcat, so that clients are told
                  hub.close();
                }));
    tomcat.getServer().await();
  }

  /**
   * An application that is deployed as a WAR needs none of this: Tomcat finds the jar by itself.
   */
  private static void serveDashboard(Context application) throws Exception {
    URL page =
        Objects.requireNonNull(
            EmbeddedTomcat.class.getClassLoader().getResource(DASHBOARD), "the dashboard's jar");
    String inJar = page.getPath();
    URL jar = URI.create(inJar.substring(0, inJar.indexOf("!/"))).toURL();
    StandardRoot files = new StandardRoot(application);
    application.setResources(files);
    files.createWebResourceSet(ResourceSetType.RESOURCE_JAR, "/", jar, "/META-INF/resources");
    Tomcat.addServlet(application, "files", new DefaultServlet());
    application.addServletMapping("/", "files");
    application.addWelcomeFile("index.html");
    Tomcat.addDefaultMimeTypeMappings(application);
  }
}
