package io.greenlang.metrics.spring.boot.generated;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import io.greenlang.metrics.spring.boot.MetricsClient;
import io.greenlang.metrics.spring.boot.ShopApplication;
import io.greenlang.metrics.websocket.auth.JwtIssuer;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;

/** Applications that Maven builds in a temporary folder, with the starter as the only addition. */
@Timeout(600)
class GeneratedApplicationTest {

  private static final boolean BOOT_4 =
      ReactorRepository.property("generated.boot.version").startsWith("4.");
  private static final String BOOT = "org.springframework.boot:spring-boot-starter-";
  private static final String WEB = BOOT + (BOOT_4 ? "webmvc" : "web");
  private static final String RESOURCE_SERVER =
      BOOT + (BOOT_4 ? "security-oauth2-resource-server" : "oauth2-resource-server");
  private static final String SECRET = "greenlang.metrics.jwt-secret=" + ShopApplication.SECRET;
  private static final String SUBSCRIBE = "{\"channels\":[\"application.metrics\"]}";

  private static ReactorRepository repository;

  @TempDir private Path folder;

  @BeforeAll
  static void createRepository() throws Exception {
    repository = ReactorRepository.create(Path.of("target/generated-applications"));
  }

  private GeneratedApplication build(
      List<String> properties, List<String> dependencies, String... applicationProperties)
      throws Exception {
    return GeneratedApplication.build(
        repository, folder, properties, dependencies, applicationProperties);
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
    assertThat(get(address + "/orders")).isEqualTo(200);
    long start = System.nanoTime(); // a busy machine may take seconds for the request itself
    Map<String, JsonNode> metrics = client.awaitAll(names);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
    JsonNode requests = metrics.get("http.server.requests");
    assertThat(requests.path("type").asText()).isEqualTo("histogram");
    assertThat(requests.path("p99").asDouble()).isPositive();
    assertThat(requests.path("tags").path("uri").asText()).isEqualTo("/orders");
  }

  @Test
  void webApplication_starterAndSecret_streamsRequestsJvmAndPool() throws Exception {
    GeneratedApplication application =
        build(
            List.of(),
            List.of(WEB, BOOT + "jdbc", "com.h2database:h2"),
            SECRET,
            "server.port=0",
            "spring.application.name=shop");
    try (RunningApplication running = application.start()) {
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
    try (RunningApplication running =
        application.start("--greenlang.metrics.redis-url=redis://localhost:6379")) {
      assertThat(running.awaitEnd())
          .contains(
              "greenlang.metrics.redis-url is set, but Redis cannot be used",
              "io.greenlang:greenlang-metrics-redis");
    }
    try (RunningApplication running = application.start("--greenlang.metrics.jwt-secret=short")) {
      assertThat(running.awaitEnd()).contains("Change greenlang.metrics.jwt-secret");
    }
  }

  @Test
  void resourceServer_starterOnly_refusesForeignTokensAndNarrowsByScope() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair keys = generator.generateKeyPair();
    Path publicKey = folder.resolve("src/main/resources/public.pem");
    Files.createDirectories(publicKey.getParent());
    Files.writeString(publicKey, pem(keys));
    GeneratedApplication application =
        build(
            List.of(),
            List.of(WEB, RESOURCE_SERVER),
            "server.port=0",
            "spring.security.oauth2.resourceserver.jwt.public-key-location=classpath:public.pem",
            "greenlang.metrics.security.channels[SCOPE_metrics]=application.metrics");
    try (RunningApplication running = application.start()) {
      assertThat(get(running.dashboard())).isEqualTo(200);
      String address = running.address() + "/ws/metrics?token=";
      assertThat(get(running.address() + "/orders")).isEqualTo(401);
      try (MetricsClient client = MetricsClient.connect(address + token(keys, "metrics"))) {
        client.subscribe(SUBSCRIBE);
        assertThat(client.awaitAll("jvm.memory.used")).isNotEmpty();
        assertThat(client.subscribeToHidden("system.metrics"))
            .isEqualTo("UNKNOWN_CHANNEL");
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
        .encode(
            JwtEncoderParameters.from(JwsHeader.with(SignatureAlgorithm.RS256).build(), claims))
        .getTokenValue();
  }

  @Test
  void webFlux_starterAndSecret_streamsOnAPortOfItsOwn() throws Exception {
    GeneratedApplication application =
        build(
            List.of("netty.version=" + ReactorRepository.property("netty.version")),
            List.of(BOOT + "webflux"),
            SECRET,
            "server.port=0",
            "greenlang.metrics.port=0");
    try (RunningApplication running = application.start()) {
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
    GeneratedApplication application =
        build(
            List.of(),
            List.of(WEB + ":!spring-boot-starter-tomcat", BOOT + container),
            SECRET,
            "server.port=0");
    try (RunningApplication running = application.start()) {
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
    GeneratedApplication application =
        library.equals("jedis")
            ? build(
                List.of(),
                List.of(WEB, "io.greenlang:greenlang-metrics-redis:" + ReactorRepository.version()),
                SECRET,
                "server.port=0",
                "greenlang.metrics.redis-url=redis://localhost:6379")
            : build(List.of(), List.of(BOOT + "webflux"), SECRET, "greenlang.metrics.port=0");
    try (RunningApplication running = application.start()) {
      assertThat(running.awaitEnd())
          .contains("APPLICATION FAILED TO START", "by the property " + library + ".version=");
    }
  }
}
