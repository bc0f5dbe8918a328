package io.greenlang.metrics.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.security.IdentityProvider;
import io.greenlang.metrics.testkit.security.SigningKey;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.context.ConfigurableApplicationContext;

/** Applications whose properties name an identity provider. */
@Timeout(120)
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
  void start_publicKeyAndIssuer_acceptsTheirTokens() {
    try (ConfigurableApplicationContext application =
        start("jwt.public-keys=" + KEY.jwk(), "jwt.issuers=" + provider.issuer())) {
      assertThat(greeting(application, provider.token(KEY))).isEqualTo("welcome");
      assertThat(greeting(application, provider.token(OTHER_KEY))).isEqualTo("error");
    }
  }
}
