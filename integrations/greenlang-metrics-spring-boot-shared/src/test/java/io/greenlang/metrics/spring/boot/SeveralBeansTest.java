package io.greenlang.metrics.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.spring.boot.autoconfigure.GreenlangMeterAutoConfiguration;
import io.greenlang.metrics.spring.boot.autoconfigure.GreenlangMetricsAutoConfiguration;
import io.greenlang.metrics.spring.boot.autoconfigure.GreenlangSecurityAutoConfiguration;
import io.greenlang.metrics.spring.boot.autoconfigure.GreenlangServletAutoConfiguration;
import io.greenlang.metrics.websocket.auth.AuthenticationException;
import io.greenlang.metrics.websocket.auth.Authenticator;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationConverter;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.security.web.context.SecurityContextRepository;

/** An application with two beans of each type that Spring Security usually has once. */
class SeveralBeansTest {

  private final WebApplicationContextRunner application =
      new WebApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  GreenlangMetricsAutoConfiguration.class,
                  GreenlangMeterAutoConfiguration.class,
                  GreenlangServletAutoConfiguration.class,
                  GreenlangSecurityAutoConfiguration.class))
          .withUserConfiguration(TwoOfEach.class);

  /** A chain for partners and one for employees, each with its own decoder and converter. */
  @Configuration(proxyBeanMethods = false)
  static class TwoOfEach {

    private static JwtDecoder accepting(String token) {
      return sent -> {
        if (!sent.equals(token)) {
          throw new BadJwtException("not " + token);
        }
        return Jwt.withTokenValue(sent).header("alg", "none").subject(token).build();
      };
    }

    @Bean
    @Order(2)
    JwtDecoder partners() {
      return accepting("partner");
    }

    @Bean
    @Order(1)
    JwtDecoder employees() {
      return accepting("employee");
    }

    @Bean
    JwtAuthenticationConverter partnerConverter() {
      return new JwtAuthenticationConverter();
    }

    @Bean
    JwtAuthenticationConverter employeeConverter() {
      return new JwtAuthenticationConverter();
    }

    @Bean
    SecurityContextRepository partnerSessions() {
      return new HttpSessionSecurityContextRepository();
    }

    @Bean
    SecurityContextRepository employeeSessions() {
      return new HttpSessionSecurityContextRepository();
    }
  }

  @Test
  void start_twoBeansOfEachType_acceptsTheTokensOfBothDecoders() {
    application.run(
        context -> {
          assertThat(context.getStartupFailure()).isNull();
          Authenticator authenticator = context.getBean(Authenticator.class);
          assertThat(authenticator.authenticate("partner").subject()).isEqualTo("partner");
          assertThat(authenticator.authenticate("employee").subject()).isEqualTo("employee");
          assertThatThrownBy(() -> authenticator.authenticate("other"))
              .isInstanceOf(AuthenticationException.class);
        });
  }
}
