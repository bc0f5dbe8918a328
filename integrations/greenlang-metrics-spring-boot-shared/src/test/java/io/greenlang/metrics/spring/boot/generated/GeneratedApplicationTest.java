package io.greenlang.metrics.spring.boot.generated;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import io.greenlang.metrics.spring.boot.MetricsClient;
import io.greenlang.metrics.spring.boot.ShopApplication;
import io.greenlang.metrics.websocket.auth.JwtIssuer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;

/**
 * Applications that Maven builds in a separate folder, with the starter as the only addition. Two
 * run at a time, because much of their time is spent waiting.
 */
@Timeout(900)
@Execution(ExecutionMode.CONCURRENT)
class GeneratedApplicationTest {

  static final boolean BOOT_4 =
      ReactorRepository.property("generated.boot.version").startsWith("4.");
  static final String BOOT = "org.springframework.boot:spring-boot-starter-";
  static final String WEB = BOOT + (BOOT_4 ? "webmvc" : "web");
  private static final String RESOURCE_SERVER =
      BOOT + (BOOT_4 ? "security-oauth2-resource-server" : "oauth2-resource-server");
  static final String PORT = "server.port=0";
  static final String SECRET = "greenlang.metrics.jwt-secret=" + ShopApplication.SECRET;
  private static final String SUBSCRIBE = "{\"channels\":[\"application.metrics\"]}";

  private static GeneratedApplications applications;

  @BeforeAll
  static void buildApplications() throws Exception {
    Path directory = Path.of("target/generated-applications");
    applications =
        new GeneratedApplications(
            ReactorRepository.create(directory), directory.resolve("applications"));
    applications.add(
        "shop",
        List.of(),
        List.of(WEB, BOOT + "jdbc", "com.h2database:h2"),
        SECRET,
        PORT,
        "spring.application.name=shop");
    applications.add(
        "resource-server",
        List.of(),
        List.of(WEB, RESOURCE_SERVER),
        PORT,
        "greenlang.metrics.security.channels[SCOPE_metrics]=application.metrics");
    applications.add(
        "webflux",
        BOOT_4
            ? List.of()
            : List.of("netty.version=" + ReactorRepository.property("netty.version")),
        List.of(BOOT + "webflux"),
        SECRET,
        PORT,
        "greenlang.metrics.port=0");
    for (String container : otherContainers()) {
      applications.add(
          container,
          List.of(),
          List.of(WEB + ":!spring-boot-starter-tomcat", BOOT + container),
          SECRET,
          PORT);
    }
    addWithOldLibraries();
    applications.build();
  }

  private static void addWithOldLibraries() throws IOException {
    applications.add(
        "old-jedis",
        List.of(),
        List.of(WEB, "io.greenlang:greenlang-metrics-redis:" + ReactorRepository.version()),
        SECRET,
        PORT,
        "greenlang.metrics.redis-url=redis://localhost:6379");
    if (!BOOT_4) {
      applications.add(
          "old-netty", List.of(), List.of(BOOT + "webflux"), SECRET, "greenlang.metrics.port=0");
    }
  }

  private static int get(String address) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(address)).build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  private static String token() {
    return new JwtIssuer(ShopApplication.SECRET, "HS256").issue("test", Duration.ofMinutes(5));
  }

  private static void requireMetricsWithinThreeSeconds(
      MetricsClient client, String address, String... names) throws Exception {
    client.subscribe(SUBSCRIBE);
    Map<String, JsonNode> metrics =
        client.awaitAllWithin(
            Duration.ofSeconds(3),
            () -> assertThat(get(address + "/orders")).isEqualTo(200),
            names);
    JsonNode requests = metrics.get("http.server.requests");
    assertThat(requests.path("type").asText()).isEqualTo("histogram");
    assertThat(requests.path("p99").asDouble()).isPositive();
    assertThat(requests.path("tags").path("uri").asText()).isEqualTo("/orders");
  }

  @Test
  void webApplication_starterAndSecret_streamsRequestsJvmAndPool() throws Exception {
    try (RunningApplication running = applications.start("shop")) {
      String dashboard = running.dashboard();
      assertThat(dashboard).isEqualTo(running.address() + "/greenlang-metrics/");
      assertThat(get(dashboard)).isEqualTo(200);
      try (MetricsClient client =
          MetricsClient.connect(running.address() + "/ws/metrics?token=" + token())) {
        requireMetricsWithinThreeSeconds(
            client,
            running.address(),
            "http.server.requests",
            "jvm.memory.used",
            "hikaricp.connections.active");
        running.terminate();
        assertThat(client.awaitCloseCode()).isEqualTo(1001);
      }
    }
  }

  @Test
  void start_redisUrlWithoutTheModule_namesTheArtifact() throws Exception {
    try (RunningApplication running =
        applications.start("shop", "--greenlang.metrics.redis-url=redis://localhost:6379")) {
      assertThat(running.awaitEnd())
          .contains(
              "greenlang.metrics.redis-url is set, but Redis cannot be used",
              "io.greenlang:greenlang-metrics-redis");
    }
  }

  @Test
  void start_secretIsShort_namesTheProperty() throws Exception {
    try (RunningApplication running =
        applications.start("shop", "--greenlang.metrics.jwt-secret=short")) {
      assertThat(running.awaitEnd()).contains("Change greenlang.metrics.jwt-secret");
    }
  }

  @Test
  void resourceServer_starterOnly_refusesTokensOfOtherIssuersAndNarrowsByScope(@TempDir Path folder)
      throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair keys = generator.generateKeyPair();
    Path publicKey = Files.writeString(folder.resolve("public.pem"), pem(keys));
    try (RunningApplication running =
        applications.start(
            "resource-server",
            "--spring.security.oauth2.resourceserver.jwt.public-key-location="
                + publicKey.toUri())) {
      assertThat(get(running.dashboard())).isEqualTo(200);
      String address = running.address() + "/ws/metrics?token=";
      assertThat(get(running.address() + "/orders")).isEqualTo(401);
      try (MetricsClient client = MetricsClient.connect(address + token(keys, "metrics"))) {
        client.subscribe(SUBSCRIBE);
        assertThat(client.awaitAll("jvm.memory.used")).isNotEmpty();
        assertThat(client.subscribeToHidden("system.metrics")).isEqualTo("UNKNOWN_CHANNEL");
      }
      requireRefused(address + token(generator.generateKeyPair(), "metrics"));
      requireRefused(address + token(keys, "mail"));
    }
  }

  private static void requireRefused(String address) {
    try (MetricsClient client = MetricsClient.connect(address)) {
      assertThat(client.awaitCloseCode()).isEqualTo(4401);
    }
  }

  private static String pem(KeyPair keys) {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder().encodeToString(keys.getPublic().getEncoded())
        + "\n-----END PUBLIC KEY-----\n";
  }

  private static String token(KeyPair keys, String scope) {
    RSAKey key =
        new RSAKey.Builder((RSAPublicKey) keys.getPublic()).privateKey(keys.getPrivate()).build();
    JwtClaimsSet claims =
        JwtClaimsSet.builder()
            .subject("alice")
            .claim("scope", scope)
            .expiresAt(Instant.now().plusSeconds(300))
            .build();
    return new NimbusJwtEncoder(new ImmutableJWKSet<>(new JWKSet(key)))
        .encode(JwtEncoderParameters.from(JwsHeader.with(SignatureAlgorithm.RS256).build(), claims))
        .getTokenValue();
  }

  @Test
  void webFlux_starterAndSecret_streamsOnAPortOfItsOwn() throws Exception {
    try (RunningApplication running = applications.start("webflux")) {
      String dashboard = running.dashboard();
      assertThat(dashboard).doesNotStartWith(running.address());
      assertThat(get(dashboard)).isEqualTo(200);
      try (MetricsClient client =
          MetricsClient.connect(dashboard + "ws/metrics?token=" + token())) {
        requireMetricsWithinThreeSeconds(
            client, running.address(), "http.server.requests", "jvm.memory.used");
        running.terminate();
        assertThat(client.awaitCloseCode()).isEqualTo(1001);
      }
    }
  }

  /** Returns the containers beside Tomcat; Spring Boot 4 has no Undertow. */
  static List<String> otherContainers() {
    return BOOT_4 ? List.of("jetty") : List.of("jetty", "undertow");
  }

  @ParameterizedTest
  @MethodSource("otherContainers")
  void webApplication_otherContainer_streamsOnItsPort(String container) throws Exception {
    try (RunningApplication running = applications.start(container)) {
      assertThat(running.dashboard()).isEqualTo(running.address() + "/greenlang-metrics/");
      try (MetricsClient client =
          MetricsClient.connect(running.address() + "/ws/metrics?token=" + token())) {
        requireMetricsWithinThreeSeconds(
            client, running.address(), "http.server.requests", "jvm.memory.used");
        running.terminate();
        assertThat(client.awaitCloseCode()).isEqualTo(1001);
      }
    }
  }

  /** Returns the libraries of which Spring Boot manages an older version than ours. */
  static List<String> oldLibraries() {
    return BOOT_4 ? List.of("jedis") : List.of("jedis", "netty");
  }

  @ParameterizedTest
  @MethodSource("oldLibraries")
  void start_managedLibraryIsOld_namesTheProperty(String library) throws Exception {
    try (RunningApplication running = applications.start("old-" + library)) {
      assertThat(running.awaitEnd())
          .contains("APPLICATION FAILED TO START", "by the property " + library + ".version=");
    }
  }
}
