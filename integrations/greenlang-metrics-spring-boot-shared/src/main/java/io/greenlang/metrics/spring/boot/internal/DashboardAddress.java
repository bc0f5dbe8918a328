package io.greenlang.metrics.spring.boot.internal;

import io.greenlang.metrics.spring.boot.GreenlangMetricsProperties;
import io.greenlang.metrics.spring.boot.MetricsServerLifecycle;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.greenlang.metrics.websocket.auth.JwtIssuer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;

/** The address of the dashboard, which is logged when the application is ready. */
public final class DashboardAddress implements ApplicationListener<ApplicationReadyEvent> {

  private static final Logger log = LoggerFactory.getLogger(DashboardAddress.class);
  private static final String DEFAULT_PATH = "/ws/metrics";
  private static final Duration TOKEN_VALIDITY = Duration.ofHours(8);

  private final MetricsServerLifecycle lifecycle;
  private final GreenlangMetricsProperties properties;
  private final Environment environment;

  /** Creates an address of a server that may not have started yet. */
  public DashboardAddress(
      MetricsServerLifecycle lifecycle,
      GreenlangMetricsProperties properties,
      Environment environment) {
    this.lifecycle = lifecycle;
    this.properties = properties;
    this.environment = environment;
  }

  @Override
  public void onApplicationEvent(ApplicationReadyEvent event) {
    if (lifecycle.isRunning() && properties.dashboard().enabled()) {
      log.info("Metrics dashboard: {}", address());
      warnOfUnusedLogToken();
    }
  }

  private void warnOfUnusedLogToken() {
    if (properties.dashboard().logToken() && properties.jwtSecret() == null) {
      log.warn(
          "greenlang.metrics.dashboard.log-token=true has no effect without"
              + " greenlang.metrics.jwt-secret, which signs the token; connect with a session or a"
              + " token of the identity provider, or set the secret");
    }
  }

  /** Returns the address of the dashboard, with the options that the page needs. */
  String address() {
    return page() + fragment();
  }

  private String page() {
    if (lifecycle.hasOwnPort()) {
      MetricsWebSocketServer server = lifecycle.server();
      return (server.usesTls() ? "https" : "http")
          + "://localhost:"
          + server.port()
          + basePath()
          + "/";
    }
    String port = environment.getProperty("local.server.port");
    String server = port == null ? "" : scheme() + "://localhost:" + port;
    return server
        + environment.getProperty("server.servlet.context-path", "").replaceFirst("/$", "")
        + DashboardServlet.FOLDER
        + "/";
  }

  private String basePath() {
    String basePath = properties.basePath();
    return basePath == null ? "" : basePath;
  }

  private String scheme() {
    boolean configured =
        List.of("bundle", "key-store", "certificate").stream()
            .anyMatch(each -> environment.containsProperty("server.ssl." + each));
    return configured && environment.getProperty("server.ssl.enabled", Boolean.class, true)
        ? "https"
        : "http";
  }

  private String fragment() {
    List<String> options = new ArrayList<>();
    if (!properties.path().equals(DEFAULT_PATH)) {
      String folders = lifecycle.hasOwnPort() ? basePath() : "..";
      options.add("ws=" + folders + properties.path());
    }
    String secret = properties.jwtSecret();
    if (secret != null && properties.dashboard().logToken()) {
      options.add("token=" + issuer(secret).issue("dashboard", TOKEN_VALIDITY));
    }
    return options.isEmpty() ? "" : "#" + String.join("&", options);
  }

  /** Returns an issuer of tokens with an issuer and an audience that the server accepts. */
  private JwtIssuer issuer(String secret) {
    GreenlangMetricsProperties.Jwt jwt = properties.jwt();
    JwtIssuer issuer = new JwtIssuer(secret, properties.jwtAlgorithm());
    if (!jwt.issuers().isEmpty()) {
      issuer = issuer.withIssuer(jwt.issuers().get(0));
    }
    return jwt.audiences().isEmpty() ? issuer : issuer.withAudience(jwt.audiences().get(0));
  }
}
