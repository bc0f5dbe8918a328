package io.greenlang.metrics.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.spring.boot.autoconfigure.GreenlangMeterAutoConfiguration;
import io.greenlang.metrics.spring.boot.autoconfigure.GreenlangMetricsAutoConfiguration;
import io.greenlang.metrics.spring.boot.autoconfigure.GreenlangSecurityAutoConfiguration;
import io.greenlang.metrics.spring.boot.autoconfigure.GreenlangServletAutoConfiguration;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.websocket.auth.AuthenticationException;
import io.greenlang.metrics.websocket.auth.Authenticator;
import io.greenlang.metrics.websocket.auth.Principal;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.annotation.Order;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationConverter;
import org.springframework.security.oauth2.server.resource.authentication.JwtGrantedAuthoritiesConverter;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;
import org.springframework.security.web.context.SecurityContextRepository;
import reactor.core.publisher.Mono;

/** An application with several beans of each type that Spring Security usually has once. */
@ExtendWith(OutputCaptureExtension.class)
class SeveralBeansTest {

  /** The attribute of a session in which Spring keeps a signed-in user. */
  private static final String SESSION = "SPRING_SECURITY_CONTEXT";

  private final WebApplicationContextRunner application =
      new WebApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  GreenlangMetricsAutoConfiguration.class,
                  GreenlangMeterAutoConfiguration.class,
                  GreenlangServletAutoConfiguration.class,
                  GreenlangSecurityAutoConfiguration.class))
          .withPropertyValues(
              "greenlang.metrics.security.channels[SCOPE_read]=application.metrics",
              "greenlang.metrics.security.channels[PARTNER_read]=partner.metrics",
              "greenlang.metrics.security.channels[EMPLOYEE_read]=employee.metrics",
              "greenlang.metrics.security.channels[LOGIN_read]=system.metrics");

  private static JwtDecoder accepting(String token) {
    return sent -> {
      if (!sent.equals(token)) {
        throw new BadJwtException("not " + token);
      }
      return Jwt.withTokenValue(sent)
          .header("alg", "none")
          .subject(token)
          .claim("scope", "read")
          .build();
    };
  }

  private static JwtAuthenticationConverter prefixing(String prefix) {
    JwtGrantedAuthoritiesConverter authorities = new JwtGrantedAuthoritiesConverter();
    authorities.setAuthorityPrefix(prefix);
    JwtAuthenticationConverter converter = new JwtAuthenticationConverter();
    converter.setJwtGrantedAuthoritiesConverter(authorities);
    return converter;
  }

  /** A chain for partners and one for employees, each with its own decoder and converter. */
  @Configuration(proxyBeanMethods = false)
  static class TwoOfEach {

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
      return prefixing("PARTNER_");
    }

    @Bean
    JwtAuthenticationConverter employeeConverter() {
      return prefixing("EMPLOYEE_");
    }

    @Bean
    SecurityContextRepository partnerSessions() {
      return new RequestAttributeSecurityContextRepository("partner");
    }

    @Bean
    SecurityContextRepository employeeSessions() {
      return new RequestAttributeSecurityContextRepository("employee");
    }
  }

  /** The beans for signing in, beside those for other purposes. */
  @Configuration(proxyBeanMethods = false)
  static class PrimaryOfEach {

    @Bean
    @Primary
    JwtDecoder login() {
      return accepting("login");
    }

    @Bean
    @Primary
    JwtAuthenticationConverter loginConverter() {
      return prefixing("LOGIN_");
    }

    @Bean
    @Primary
    SecurityContextRepository loginSessions() {
      return new RequestAttributeSecurityContextRepository("login");
    }
  }

  /** Reactive decoders, of which one is primary. */
  @Configuration(proxyBeanMethods = false)
  static class ReactiveDecoders {

    @Bean
    ReactiveJwtDecoder passwordReset() {
      return token -> Mono.fromCallable(() -> accepting("reset").decode(token));
    }

    @Bean
    @Primary
    ReactiveJwtDecoder login() {
      return token -> Mono.fromCallable(() -> accepting("login").decode(token));
    }
  }

  private static Principal principal(ApplicationContext context, String token) throws Exception {
    return context.getBean(Authenticator.class).authenticate(token);
  }

  private static void assertRefused(ApplicationContext context, String... tokens) {
    for (String token : tokens) {
      assertThatThrownBy(() -> principal(context, token))
          .as(token)
          .isInstanceOf(AuthenticationException.class);
    }
  }

  /** Returns whether a user connects without a token who is signed in under an attribute. */
  private static boolean hasSession(ApplicationContext context, String attribute) throws Exception {
    SecurityContextImpl user =
        new SecurityContextImpl(
            UsernamePasswordAuthenticationToken.authenticated(
                "alice", "", AuthorityUtils.createAuthorityList("SCOPE_read")));
    MockHttpServletRequest request = new MockHttpServletRequest("GET", "/ws/metrics");
    if (attribute.equals(SESSION)) {
      Objects.requireNonNull(request.getSession(true), "session").setAttribute(SESSION, user);
    } else {
      request.setAttribute(attribute, user);
    }
    MockFilterChain chain = new MockFilterChain();
    Filter filter =
        context.getBean("greenlangMetricsSessionFilter", FilterRegistrationBean.class).getFilter();
    Objects.requireNonNull(filter, "filter")
        .doFilter(request, new MockHttpServletResponse(), chain);
    HttpServletRequest passed = (HttpServletRequest) chain.getRequest();
    @Nullable String authorization =
        Objects.requireNonNull(passed, "passed").getHeader("Authorization");
    return authorization != null && authorization.startsWith("Bearer session.");
  }

  @Test
  void start_noPrimaryBeans_acceptsTheTokensOfBothDecodersWithSpringsDefaults(
      CapturedOutput output) {
    application
        .withUserConfiguration(TwoOfEach.class)
        .run(
            context -> {
              assertThat(context.getStartupFailure()).isNull();
              for (String token : new String[] {"partner", "employee"}) {
                Principal principal = principal(context, token);
                assertThat(principal.subject()).isEqualTo(token);
                assertThat(principal.channels())
                    .containsExactly(NamePattern.parse("application.metrics"));
              }
              assertRefused(context, "other");
              assertThat(hasSession(context, SESSION)).isTrue();
              assertThat(hasSession(context, "partner")).isFalse();
            });
    assertThat(output.getAll())
        .contains(
            "each of 2 beans of type JwtDecoder",
            "default JwtAuthenticationConverter",
            "default SecurityContextRepository");
  }

  @Test
  void start_primaryBeans_acceptsOnlyTheirTokensAndSessions(CapturedOutput output) {
    application
        .withUserConfiguration(TwoOfEach.class, PrimaryOfEach.class)
        .run(
            context -> {
              assertThat(context.getStartupFailure()).isNull();
              assertThat(principal(context, "login").channels())
                  .containsExactly(NamePattern.parse("system.metrics"));
              assertRefused(context, "partner", "employee");
              assertThat(hasSession(context, "login")).isTrue();
              assertThat(hasSession(context, "partner")).isFalse();
              assertThat(hasSession(context, SESSION)).isFalse();
            });
    assertThat(output.getAll()).doesNotContain("beans of type", "Using Spring's default");
  }

  @Test
  void start_primaryReactiveDecoder_acceptsOnlyItsTokens() {
    application
        .withUserConfiguration(ReactiveDecoders.class)
        .run(
            context -> {
              assertThat(context.getStartupFailure()).isNull();
              assertThat(principal(context, "login").subject()).isEqualTo("login");
              assertRefused(context, "reset");
            });
  }
}
