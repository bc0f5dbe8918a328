package io.greenlang.metrics.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.security.IdentityProvider;
import io.greenlang.metrics.testkit.security.SigningKey;
import io.greenlang.metrics.websocket.auth.JwtIssuer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;

/** Applications whose properties name an identity provider. */
@Timeout(300)
@ExtendWith(OutputCaptureExtension.class)
class IdentityProviderTest {

  private static final SigningKey KEY = SigningKey.generate("ES256", "k");
  private static final SigningKey OTHER_KEY = SigningKey.generate("ES256", "other");

  private final IdentityProvider provider = new IdentityProvider();

  @AfterEach
  void close() {
    provider.close();
  }

  private static ConfigurableApplicationContext start(String... properties) {
    List<String> arguments = new ArrayList<>(List.of(properties));
    arguments.replaceAll(property -> "--greenlang.metrics." + property);
    arguments.add("--greenlang.metrics.host=127.0.0.1");
    arguments.add("--greenlang.metrics.port=0");
    arguments.add("--spring.main.web-application-type=none");
    return ShopApplication.start(ShopApplication.class, arguments.toArray(String[]::new));
  }

  private static String greeting(ConfigurableApplicationContext application, String token) {
    int port = application.getBean(MetricsServerLifecycle.class).server().port();
    try (MetricsClient client =
        MetricsClient.connect("http://127.0.0.1:" + port + "/ws/metrics?token=" + token)) {
      return client.welcome().type();
    }
  }

  @Test
  void start_discoveryIssuer_acceptsItsTokensForTheAudience() {
    provider.publish(KEY);
    try (ConfigurableApplicationContext application =
        start("jwt.discovery-issuers=" + provider.issuer(), "jwt.audiences=metrics")) {
      assertThat(greeting(application, provider.token(KEY))).isEqualTo("welcome");
      assertThat(greeting(application, KEY.sign(provider.claims(",\"aud\":\"mail\""))))
          .isEqualTo("error");
    }
  }

  @Test
  void start_secretWithIssuerAndAudience_logsATokenThatIsAccepted(CapturedOutput output) {
    try (ConfigurableApplicationContext application =
        start(
            "jwt-secret=" + ShopApplication.SECRET,
            "jwt.issuers=https://login.example,https://other.example",
            "jwt.audiences=metrics,mail",
            "dashboard.log-token=true")) {
      Matcher link = Pattern.compile("#token=(\\S+)").matcher(output.getAll());
      assertThat(link.find()).isTrue();
      assertThat(greeting(application, link.group(1))).isEqualTo("welcome");
    }
  }

  /** A decoder that cannot reach the identity provider. */
  @Configuration(proxyBeanMethods = false)
  static class UnreachableProvider {

    @Bean
    JwtDecoder decoder() {
      return token -> {
        throw new JwtException("Couldn't retrieve remote JWK set");
      };
    }
  }

  @Test
  void handshake_decoderCannotReachProvider_isAskedToTryAgainUnlessAnotherMethodAccepts() {
    try (ConfigurableApplicationContext application =
        ShopApplication.start(
            UnreachableProvider.class,
            "--greenlang.metrics.jwt-secret=" + ShopApplication.SECRET)) {
      URI url =
          URI.create(ShopApplication.address(application, "/ws/metrics").replace("http", "ws"));
      assertThat(status(url, provider.token(KEY))).isEqualTo(503);
      String known =
          new JwtIssuer(ShopApplication.SECRET, "HS256").issue("test", Duration.ofMinutes(1));
      assertThat(status(url, known)).isEqualTo(101);
    }
  }

  private static int status(URI url, String token) {
    try (RawWebSocket client = RawWebSocket.connect(url)) {
      return client.handshake("Authorization: Bearer " + token).status();
    }
  }

  @Test
  void start_publicKeyAndIssuer_acceptsTheirTokens() {
    try (ConfigurableApplicationContext application =
        start("jwt.public-keys=" + KEY.jwk(), "jwt.issuers=" + provider.issuer())) {
      assertThat(greeting(application, provider.token(KEY))).isEqualTo("welcome");
      assertThat(greeting(application, provider.token(OTHER_KEY))).isEqualTo("error");
    }
  }
}
