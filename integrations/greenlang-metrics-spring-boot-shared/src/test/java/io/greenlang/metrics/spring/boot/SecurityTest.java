package io.greenlang.metrics.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.source.ImmutableSecret;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.security.oauth2.jwt.NimbusReactiveJwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;

/** Applications that authenticate with Spring Security, without a secret of the metrics server. */
@Timeout(300)
@ExtendWith(OutputCaptureExtension.class)
class SecurityTest {

  private static final SecretKey KEY =
      new SecretKeySpec(
          "the key of the identity provider".getBytes(StandardCharsets.UTF_8), "HMAC");
  private static final SecretKey FOREIGN_KEY =
      new SecretKeySpec(
          "the key of someone else entirely".getBytes(StandardCharsets.UTF_8), "HMAC");
  private static final String[] SCOPES = {
    "--greenlang.metrics.security.channels[SCOPE_metrics]=application.metrics",
    "--greenlang.metrics.security.channels[SCOPE_operations]=system.*,jvm.metrics"
  };

  private @Nullable ConfigurableApplicationContext application;

  /** The decoder of a resource server, which Spring Boot derives from its properties otherwise. */
  @Configuration(proxyBeanMethods = false)
  static class ResourceServer {

    @Bean
    JwtDecoder decoder() {
      return NimbusJwtDecoder.withSecretKey(KEY).macAlgorithm(MacAlgorithm.HS256).build();
    }
  }

  /** The decoder of a resource server with WebFlux. */
  @Configuration(proxyBeanMethods = false)
  static class ReactiveResourceServer {

    @Bean
    ReactiveJwtDecoder decoder() {
      return NimbusReactiveJwtDecoder.withSecretKey(KEY).macAlgorithm(MacAlgorithm.HS256).build();
    }
  }

  /** An application with Spring Boot's defaults: a login form and one user. */
  @Configuration(proxyBeanMethods = false)
  static class LoginForm {}

  @AfterEach
  void stop() {
    if (application != null) {
      application.close();
    }
  }

  private String start(Class<?> security, String... arguments) {
    application = ShopApplication.start(security, arguments);
    return ShopApplication.address(application, "");
  }

  private static String token(SecretKey key, String scope) {
    return token(key, scope, List.of());
  }

  private static String token(SecretKey key, String scope, List<String> publish) {
    JwtClaimsSet claims =
        JwtClaimsSet.builder()
            .subject("alice")
            .claim("scope", scope)
            .claim("publish", publish)
            .expiresAt(Instant.now().plusSeconds(60))
            .build();
    return new NimbusJwtEncoder(new ImmutableSecret<>(key))
        .encode(JwtEncoderParameters.from(JwsHeader.with(MacAlgorithm.HS256).build(), claims))
        .getTokenValue();
  }

  private static MetricsClient connect(String address, String token) {
    return MetricsClient.connect(address + "/ws/metrics?token=" + token);
  }

  private static void requireRefused(MetricsClient client) {
    assertThat(client.welcome().body().toString()).contains("UNAUTHORIZED");
    assertThat(client.awaitCloseCode()).isEqualTo(4401);
    client.close();
  }

  @Test
  void jwtDecoder_scope_narrowsTheChannels() {
    String address = start(ResourceServer.class, SCOPES);
    try (MetricsClient client = connect(address, token(KEY, "metrics"))) {
      assertThat(client.welcome().type()).isEqualTo("welcome");
      client.subscribe("{\"channels\":[\"application.metrics\"]}");
      assertThat(client.awaitAll("jvm.memory.used")).isNotEmpty();
      assertThat(client.subscribeToHidden("system.metrics")).isEqualTo("UNKNOWN_CHANNEL");
    }
    try (MetricsClient client = connect(address, token(KEY, "operations"))) {
      client.subscribe("{\"channels\":[\"system.metrics\"]}");
      assertThat(client.awaitAll("memory.percent")).isNotEmpty();
    }
  }

  @Test
  void reactiveJwtDecoder_ownPort_refusesForeignTokensAndNarrowsByScope() {
    application =
        ShopApplication.start(
            ReactiveResourceServer.class,
            SCOPES[0],
            "--spring.main.web-application-type=reactive",
            "--greenlang.metrics.host=127.0.0.1",
            "--greenlang.metrics.port=0");
    String address =
        "http://127.0.0.1:" + application.getBean(MetricsServerLifecycle.class).server().port();
    requireRefused(connect(address, token(FOREIGN_KEY, "metrics")));
    requireRefused(connect(address, token(KEY, "mail")));
    try (MetricsClient client = connect(address, token(KEY, "metrics"))) {
      client.subscribe("{\"channels\":[\"application.metrics\"]}");
      assertThat(client.awaitAll("jvm.memory.used")).isNotEmpty();
      assertThat(client.subscribeToHidden("system.metrics")).isEqualTo("UNKNOWN_CHANNEL");
    }
  }

  /** Spring Security would demand a token against forged requests, and a signed-in user. */
  @Test
  void jwtDecoder_publishClaim_publishesOverHttp() throws Exception {
    String address = start(ResourceServer.class, "--greenlang.metrics.http-publishing=true");
    assertThat(publish(address, List.of("orders.*"))).isEqualTo(200);
    assertThat(publish(address, List.of("other.*"))).isEqualTo(403);
    assertThat(publish(address, List.of())).isEqualTo(403);
  }

  private static int publish(String address, List<String> channels) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(address.replaceFirst("^ws", "http") + "/publish/orders.metrics"))
            .header("Authorization", "Bearer " + token(KEY, "metrics", channels))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"a\":1}"))
            .build();
    return HttpClient.newHttpClient()
        .send(request, HttpResponse.BodyHandlers.ofString())
        .statusCode();
  }

  @Test
  void jwtDecoder_tokenOfOtherIssuerOrNoMappedScope_isRefused() {
    String address = start(ResourceServer.class, SCOPES);
    requireRefused(connect(address, token(FOREIGN_KEY, "metrics")));
    requireRefused(connect(address, token(KEY, "mail")));
    requireRefused(connect(address, ""));
    requireRefused(MetricsClient.connect(address + "/ws/metrics"));
  }

  @Test
  void jwtDecoder_bearerHeader_isCheckedByTheServerToo() {
    URI url = URI.create(start(ResourceServer.class, SCOPES).replace("http", "ws") + "/ws/metrics");
    try (RawWebSocket refused = RawWebSocket.connect(url)) {
      assertThat(
              refused.handshake("Authorization: Bearer " + token(FOREIGN_KEY, "metrics")).status())
          .isEqualTo(401);
    }
    try (RawWebSocket accepted = RawWebSocket.connect(url)) {
      assertThat(accepted.handshake("Authorization: Bearer " + token(KEY, "metrics")).status())
          .isEqualTo(101);
    }
  }

  @Test
  void jwtDecoder_dashboard_needsNoLoginAndOtherPathsDo() throws Exception {
    String address = start(ResourceServer.class);
    HttpClient http = HttpClient.newHttpClient();
    assertThat(get(http, address + "/greenlang-metrics/").statusCode()).isEqualTo(200);
    assertThat(get(http, address + "/orders").statusCode()).isEqualTo(401);
  }

  private static HttpResponse<String> get(HttpClient http, String address) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofString());
  }

  /** Signs in with the form of Spring Security, and returns the cookie of the session. */
  private static String signIn(String address) throws Exception {
    CookieManager cookies = new CookieManager();
    HttpClient http =
        HttpClient.newBuilder()
            .cookieHandler(cookies)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
    HttpResponse<String> page =
        submit(http, address + "/login", "username=alice&password=wonderland&", "Accept: */*");
    assertThat(page.uri().toString()).doesNotContain("error");
    assertThat(get(http, address + "/greenlang-metrics/").body()).contains("<html");
    return "Cookie: JSESSIONID="
        + cookies.getCookieStore().getCookies().stream()
            .filter(each -> each.getName().equals("JSESSIONID"))
            .findFirst()
            .orElseThrow()
            .getValue();
  }

  /** Opens a form of Spring Security, and submits it with its token against forged requests. */
  private static HttpResponse<String> submit(
      HttpClient http, String address, String fields, String header) throws Exception {
    String[] parts = header.split(": ", 2);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address)).setHeader(parts[0], parts[1]);
    String form = http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
    Matcher csrf = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"").matcher(form);
    assertThat(csrf.find()).as(form).isTrue();
    String body = fields + "_csrf=" + URLEncoder.encode(csrf.group(1), StandardCharsets.UTF_8);
    return http.send(
        request
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private String startWithLogin(String... arguments) {
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 3);
    all[arguments.length] = "--spring.security.user.name=alice";
    all[arguments.length + 1] = "--spring.security.user.password=wonderland";
    all[arguments.length + 2] = "--spring.security.user.roles=OPERATOR";
    return start(LoginForm.class, all);
  }

  @Test
  void session_signedInUser_connectsWithoutToken() throws Exception {
    String address = startWithLogin();
    try (MetricsClient client =
        MetricsClient.connect(address + "/ws/metrics", signIn(address), "Origin: " + address)) {
      assertThat(client.welcome().type()).isEqualTo("welcome");
      client.subscribe("{\"channels\":[\"system.metrics\"]}");
    }
  }

  @Test
  void session_userSignsOut_disconnectsItsClientsAndNoOthers() throws Exception {
    String address = startWithLogin();
    String left = signIn(address);
    String kept = signIn(address);
    String url = address + "/ws/metrics";
    String origin = "Origin: " + address;
    try (MetricsClient one = MetricsClient.connect(url, left, origin);
        MetricsClient two = MetricsClient.connect(url, left, origin);
        MetricsClient other = MetricsClient.connect(url, kept, origin)) {
      for (MetricsClient each : List.of(one, two, other)) {
        assertThat(each.welcome().type()).isEqualTo("welcome");
      }
      submit(HttpClient.newHttpClient(), address + "/logout", "", left);
      assertThat(one.awaitCloseCode()).isEqualTo(4401);
      assertThat(two.awaitCloseCode()).isEqualTo(4401);
      requireRefused(MetricsClient.connect(url, left, origin));
      other.subscribe("{\"channels\":[\"system.metrics\"]}");
    }
  }

  @Test
  void session_noMappedAuthority_logsBothSidesOfTheMapping(CapturedOutput output) throws Exception {
    String address =
        startWithLogin(
            "--greenlang.metrics.security.channels[SCOPE_metrics]=application.metrics",
            "--logging.level.io.greenlang.metrics=debug");
    requireRefused(
        MetricsClient.connect(address + "/ws/metrics", signIn(address), "Origin: " + address));
    assertThat(output.getAll())
        .containsPattern("the authorities \\[.*ROLE_.*\\] may read no channel")
        .contains("greenlang.metrics.security.channels has [SCOPE_metrics]");
  }

  @Test
  void log_tokenWithoutSecret_saysThatItHasNoEffect(CapturedOutput output) {
    startWithLogin("--greenlang.metrics.dashboard.log-token=true");
    assertThat(output.getAll())
        .contains("log-token=true has no effect without greenlang.metrics.jwt-secret")
        .doesNotContain("#token=");
  }

  @Test
  void session_role_narrowsTheChannels() throws Exception {
    String address =
        startWithLogin("--greenlang.metrics.security.channels[ROLE_OPERATOR]=application.*");
    try (MetricsClient client =
        MetricsClient.connect(address + "/ws/metrics", signIn(address), "Origin: " + address)) {
      client.subscribe("{\"channels\":[\"application.metrics\"]}");
      assertThat(client.subscribeToHidden("system.metrics")).isEqualTo("UNKNOWN_CHANNEL");
    }
  }

  @Test
  void session_pageOfAnotherSite_isForbidden() throws Exception {
    String address = startWithLogin();
    try (RawWebSocket client =
        RawWebSocket.connect(URI.create(address.replace("http", "ws") + "/ws/metrics"))) {
      assertThat(client.handshake(signIn(address), "Origin: https://evil.example").status())
          .isEqualTo(403);
    }
  }

  @Test
  void session_none_isRefusedAndTheDashboardAsksForLogin() throws Exception {
    String address = startWithLogin();
    requireRefused(MetricsClient.connect(address + "/ws/metrics"));
    requireRefused(
        MetricsClient.connect(address + "/ws/metrics", "Cookie: JSESSIONID=0123456789ABCDEF"));
    HttpResponse<String> page =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(address + "/greenlang-metrics/"))
                    .header("Accept", "text/html")
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(page.statusCode()).isEqualTo(302);
    assertThat(page.headers().firstValue("Location").orElse("")).endsWith("/login");
  }
}
