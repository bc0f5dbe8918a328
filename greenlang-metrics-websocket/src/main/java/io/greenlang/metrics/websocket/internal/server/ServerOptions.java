package io.greenlang.metrics.websocket.internal.server;

import static java.time.temporal.ChronoUnit.SECONDS;

import io.greenlang.metrics.internal.config.Option;
import io.greenlang.metrics.internal.config.Options;
import io.greenlang.metrics.internal.config.SharedOptions;
import io.greenlang.metrics.websocket.auth.Authenticator;
import io.greenlang.metrics.websocket.internal.forwarding.TrustedProxies;
import io.greenlang.metrics.websocket.internal.protocol.WireLimits;
import io.greenlang.metrics.websocket.transport.TlsSettings;
import io.greenlang.metrics.websocket.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The options of a server, each declared once, in the order of {@code
 * docs/reference/configuration.md}.
 */
public final class ServerOptions {

  private static final int MAX_PER_MINUTE = 10_000_000;
  private static final int MAX_PER_SECOND = 100_000;
  private static final int MAX_RANGES = 256;
  private static final int MAX_PENDING = 1_000_000;
  private static final List<Option<?>> ALL = new ArrayList<>();

  /** The paths that a server can serve. */
  static final Pattern PATHS = Pattern.compile("/[A-Za-z0-9._~/-]*");

  public static final Option<String> HOST =
      declare(Options.text("WS_HOST", "0.0.0.0", "a name or address").setBy("host"));

  public static final Option<Integer> PORT =
      declare(Options.integer("WS_PORT", 8000, 0, 65_535).setBy("port"));

  public static final Option<String> PATH =
      declare(
          Options.text(
                  "WS_PATH",
                  "/ws/metrics",
                  PATHS,
                  "a path that begins with / and has letters, digits and . _ ~ - / only")
              .setBy("path"));

  public static final Option<String> SSE_PATH =
      declare(
          Options.text(
                  "WS_SSE_PATH",
                  "/sse/metrics",
                  PATHS,
                  "a path that begins with / and has letters, digits and . _ ~ - / only")
              .setBy("ssePath"));

  public static final Option<String> BASE_PATH =
      declare(
          Options.text(
                  "BASE_PATH",
                  null,
                  Pattern.compile("(/(?!\\.{1,2}(/|$))[A-Za-z0-9._~-]+)+"),
                  "a path such as /live, without / at its end")
              .setBy("basePath"));

  public static final Option<String> IO =
      declare(
          Options.text(
                  "WS_IO",
                  "auto",
                  Pattern.compile("auto|io_uring|epoll|nio"),
                  "auto, io_uring, epoll or nio")
              .setBy("io"));

  public static final Option<Duration> HEARTBEAT_INTERVAL =
      declare(
          Options.duration("WS_HEARTBEAT_INTERVAL", SECONDS, 30, 1, 3600)
              .setBy("heartbeatInterval"));

  static final Option<Integer> MAX_MESSAGE_BYTES =
      declare(
          Options.integer(
              "WS_MAX_MESSAGE_SIZE",
              WireLimits.MAX_MESSAGE_BYTES,
              1024,
              WireLimits.MAX_MESSAGE_BYTES));

  public static final Option<Integer> MAX_PENDING_CONNECTIONS =
      declare(
          Options.integer("WS_MAX_PENDING_CONNECTIONS", 8192, 1, MAX_PENDING)
              .setBy("maxPendingConnections"));

  public static final Option<Integer> MAX_PENDING_CONNECTIONS_PER_ADDRESS =
      declare(
          Options.integer("WS_MAX_PENDING_CONNECTIONS_PER_ADDRESS", 4096, 1, MAX_PENDING)
              .setBy("maxPendingConnectionsPerAddress"));

  static final Option<Integer> MAX_HEADERS =
      declare(Options.integer("WS_MAX_HEADERS", 100, 16, 1000));

  static final Option<Integer> MAX_HEAD_BYTES =
      declare(Options.integer("WS_MAX_HEADER_SIZE", 16_384, 4096, 65_536));

  public static final Option<List<String>> ALLOWED_ORIGINS =
      declare(
          Options.list(
                  "WS_ALLOWED_ORIGINS",
                  "a scheme, a host and an optional port, such as https://example.com")
              .setBy("allowedOrigins"));

  public static final Option<List<String>> TRUSTED_PROXIES =
      declare(
          Options.list(
                  "TRUSTED_PROXIES",
                  "numeric addresses and ranges such as 10.0.0.0/8, at most 256",
                  ranges ->
                      ranges.size() <= MAX_RANGES
                          && ranges.stream().allMatch(TrustedProxies::isRange))
              .setBy("trustedProxies"));

  public static final Option<String> FORWARDED_HEADER =
      declare(
          Options.text(
                  "FORWARDED_HEADER",
                  "X-Forwarded-For",
                  Pattern.compile("(?i)X-Forwarded-For|Forwarded"),
                  "X-Forwarded-For or Forwarded")
              .setBy("forwardedHeader"));

  public static final Option<Boolean> PROXY_PROTOCOL =
      declare(Options.onOff("PROXY_PROTOCOL", false).setBy("proxyProtocol"));

  public static final Option<Boolean> HTTP_PUBLISHING =
      declare(Options.onOff("HTTP_PUBLISHING", false).setBy("httpPublishing"));

  public static final Option<Boolean> DASHBOARD =
      declare(Options.onOff("DASHBOARD", true).setBy("dashboardEnabled"));

  public static final Option<Duration> DRAIN_TIME =
      declare(Options.duration("WS_DRAIN_TIME", SECONDS, 0, 0, 600).setBy("drainTime"));

  static final Option<String> TLS_CERTIFICATE =
      declare(Options.text("TLS_CERTIFICATE", null, "a PEM file with a certificate chain"));

  static final Option<String> TLS_KEY =
      declare(Options.text("TLS_KEY", null, "a PEM file with a private key"));

  static final Option<String> TLS_KEY_PASSWORD =
      declare(Options.secret("TLS_KEY_PASSWORD", "the password of TLS_KEY"));

  static final Option<String> TLS_KEYSTORE =
      declare(Options.text("TLS_KEYSTORE", null, "a PKCS#12 file"));

  static final Option<String> TLS_KEYSTORE_PASSWORD =
      declare(Options.secret("TLS_KEYSTORE_PASSWORD", "the password of TLS_KEYSTORE"));

  static final Option<Duration> TLS_RELOAD_INTERVAL =
      declare(Options.duration("TLS_RELOAD_INTERVAL", SECONDS, 10, 1, 86_400));

  public static final Option<String> REDIS_URL = declare(SharedOptions.REDIS_URL);

  public static final Option<String> JWT_SECRET =
      declare(
          Options.secret(
                  "JWT_SECRET_KEY", "at least as long as the algorithm's hash: 32, 48 or 64 bytes")
              .setBy("jwtSecret"));

  public static final Option<String> JWT_ALGORITHM =
      declare(
          Options.text(
                  "JWT_ALGORITHM",
                  "HS256",
                  Pattern.compile("HS256|HS384|HS512"),
                  "HS256, HS384 or HS512")
              .setBy("jwtAlgorithm"));

  public static final Option<List<String>> JWT_ADDITIONAL_SECRETS =
      declare(
          Options.list("JWT_ADDITIONAL_SECRET_KEYS", "at most 7 secrets, each as JWT_SECRET_KEY")
              .setBy("jwtAdditionalSecrets")
              .unquoted());

  public static final Option<String> JWT_PUBLIC_KEYS =
      declare(
          Options.text("JWT_PUBLIC_KEYS", null, "PEM, a JSON Web Key, or a set of them")
              .setBy("jwtPublicKeys"));

  public static final Option<String> JWT_RSA_ALGORITHM =
      declare(
          Options.text(
                  "JWT_RSA_ALGORITHM",
                  "RS256",
                  Pattern.compile("[RP]S(256|384|512)"),
                  "RS256, RS384, RS512, PS256, PS384 or PS512")
              .setBy("jwtRsaAlgorithm"));

  public static final Option<String> JWT_JWKS_URL =
      declare(
          Options.text("JWT_JWKS_URL", null, "an http:// or https:// URL without credentials")
              .setBy("jwtJwksUrl"));

  public static final Option<List<String>> JWT_DISCOVERY_ISSUERS =
      declare(
          Options.list("JWT_DISCOVERY_ISSUERS", "http:// or https:// URLs, exactly as in iss")
              .setBy("jwtDiscoveryIssuers"));

  public static final Option<Duration> JWT_JWKS_REFRESH_INTERVAL =
      declare(
          Options.duration("JWT_JWKS_REFRESH_INTERVAL", SECONDS, 300, 60, 43_200)
              .setBy("jwtJwksRefreshInterval"));

  public static final Option<List<String>> JWT_ISSUERS =
      declare(Options.list("JWT_ISSUERS", "values of iss").setBy("jwtIssuers"));

  public static final Option<List<String>> JWT_AUDIENCES =
      declare(Options.list("JWT_AUDIENCES", "values of aud").setBy("jwtAudiences"));

  public static final Option<Integer> MAX_MESSAGES_PER_MINUTE =
      declare(
          Options.integer("RATE_LIMIT_MAX_MESSAGES_PER_MINUTE", 1_000, 0, MAX_PER_MINUTE)
              .setBy("maxMessagesPerMinute"));

  public static final Option<Integer> MAX_CONNECTIONS_PER_MINUTE =
      declare(
          Options.integer("RATE_LIMIT_MAX_CONNECTIONS_PER_MINUTE", 6_000, 0, MAX_PER_MINUTE)
              .setBy("maxConnectionsPerMinute"));

  public static final Option<Integer> MAX_CONNECTIONS_PER_SECOND =
      declare(
          Options.integer("RATE_LIMIT_MAX_CONNECTIONS_PER_SECOND", 400, 0, MAX_PER_SECOND)
              .setBy("maxConnectionsPerSecond"));

  public static final Option<Integer> MAX_CONNECTIONS =
      declare(Options.atLeast("maxConnections", 20_000, 1));

  public static final Option<Authenticator> AUTHENTICATOR =
      declare(Options.object("authenticator", "an authenticator"));

  public static final Option<Transport> TRANSPORT =
      declare(Options.object("transport", "a transport"));

  public static final Option<TlsSettings> TLS =
      declare(Options.object("tls", "the files of a certificate"));

  private ServerOptions() {}

  private static <T> Option<T> declare(Option<T> option) {
    ALL.add(option);
    return option;
  }

  /** Returns all options in the order of their declaration. */
  public static List<Option<?>> all() {
    return List.copyOf(ALL);
  }
}
