package io.greenlang.metrics.spring.boot.autoconfigure;

import io.greenlang.metrics.spring.boot.GreenlangMetricsProperties;
import io.greenlang.metrics.spring.boot.MetricsServerLifecycle;
import io.greenlang.metrics.spring.boot.internal.ApplicationPortCondition;
import io.greenlang.metrics.spring.boot.internal.AuthenticationMethod;
import io.greenlang.metrics.spring.boot.internal.AuthenticatorChain;
import io.greenlang.metrics.spring.boot.internal.ChannelAuthorities;
import io.greenlang.metrics.spring.boot.internal.JwtDecoderAuthenticator;
import io.greenlang.metrics.spring.boot.internal.MetricsPaths;
import io.greenlang.metrics.spring.boot.internal.TokenKeys;
import io.greenlang.metrics.spring.boot.internal.session.SessionTicketFilter;
import io.greenlang.metrics.spring.boot.internal.session.SessionTickets;
import io.greenlang.metrics.spring.boot.internal.session.SignOutListener;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.configuration.WebSecurityCustomizer;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationConverter;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.security.web.context.SecurityContextRepository;

/**
 * The ways in which a client authenticates with Spring Security: by a token that the application's
 * decoder accepts, or by the session of a signed-in user.
 */
@AutoConfiguration(
    afterName = {
      BootConfigurations.RESOURCE_SERVER,
      BootConfigurations.SERVLET_RESOURCE_SERVER,
      BootConfigurations.REACTIVE_RESOURCE_SERVER
    })
@ConditionalOnProperty(prefix = "greenlang.metrics", name = "enabled", matchIfMissing = true)
@ConditionalOnClass(Authentication.class)
@EnableConfigurationProperties(GreenlangMetricsProperties.class)
public class GreenlangSecurityAutoConfiguration {

  private static final Logger log =
      LoggerFactory.getLogger(GreenlangSecurityAutoConfiguration.class);
  private static final String JWT_DECODER = "JwtDecoder";

  GreenlangSecurityAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean
  ChannelAuthorities greenlangMetricsChannelAuthorities(GreenlangMetricsProperties properties) {
    return new ChannelAuthorities(properties.security().channels());
  }

  /** Returns the only or primary bean, or otherwise Spring's default. */
  private static <T> T unique(ObjectProvider<T> beans, String type, Supplier<T> fallback) {
    @Nullable T one = beans.getIfUnique();
    if (one != null) {
      return one;
    }
    if (beans.stream().findAny().isPresent()) {
      log.warn(
          "Using Spring's default {}, because the application has several and none is primary;"
              + " mark one with @Primary",
          type);
    }
    return fallback.get();
  }

  /** The tokens that a decoder of the application accepts. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass({JwtDecoder.class, JwtAuthenticationConverter.class})
  static class Tokens {

    @Bean
    @ConditionalOnBean(JwtDecoder.class)
    @ConditionalOnMissingBean(name = "greenlangMetricsJwtDecoder")
    AuthenticationMethod greenlangMetricsJwtDecoder(
        ObjectProvider<JwtDecoder> decoders,
        ObjectProvider<JwtAuthenticationConverter> converters,
        ChannelAuthorities channels) {
      JwtAuthenticationConverter converter = converter(converters);
      return method(
          accepted(decoders, "JwtDecoder").stream()
              .map(each -> new JwtDecoderAuthenticator(each, converter, channels))
              .toList());
    }

    @Bean
    @ConditionalOnBean(ReactiveJwtDecoder.class)
    @ConditionalOnMissingBean(name = "greenlangMetricsReactiveJwtDecoder")
    AuthenticationMethod greenlangMetricsReactiveJwtDecoder(
        ObjectProvider<ReactiveJwtDecoder> decoders,
        ObjectProvider<JwtAuthenticationConverter> converters,
        ChannelAuthorities channels) {
      return method(
          JwtDecoderAuthenticator.reactive(
              accepted(decoders, "ReactiveJwtDecoder"), converter(converters), channels));
    }

    /**
     * Returns the only or primary decoder, or otherwise all in their order. The others beside a
     * primary one can be for tokens of another purpose, such as links in e-mails.
     */
    private static <T> List<T> accepted(ObjectProvider<T> decoders, String type) {
      @Nullable T one = decoders.getIfUnique();
      if (one != null) {
        return List.of(one);
      }
      List<T> all = decoders.orderedStream().toList();
      log.info(
          "Accepting the tokens of each of {} beans of type {}; mark one with @Primary to accept"
              + " only its tokens",
          all.size(),
          type);
      return all;
    }

    /**
     * Returns the converter of all tokens. The application's own filter chains may have a decoder
     * and a converter each, but it is not known here which of them belong together.
     */
    private static JwtAuthenticationConverter converter(
        ObjectProvider<JwtAuthenticationConverter> converters) {
      return unique(converters, "JwtAuthenticationConverter", JwtAuthenticationConverter::new);
    }

    private static AuthenticationMethod method(List<JwtDecoderAuthenticator> decoders) {
      return new AuthenticationMethod(
          JWT_DECODER,
          new AuthenticatorChain(
              decoders.stream()
                  .map(each -> new AuthenticationMethod(each.toString(), each))
                  .toList()));
    }
  }

  /** The sessions of signed-in users, which exist on the application's own port only. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
  @Conditional(ApplicationPortCondition.class)
  @ConditionalOnClass(
      value = {SecurityContextRepository.class, WebSecurityCustomizer.class},
      name = "jakarta.websocket.server.ServerContainer")
  static class Sessions {

    @Bean
    @ConditionalOnMissingBean
    SessionTickets greenlangMetricsSessionTickets() {
      return new SessionTickets();
    }

    @Bean
    @ConditionalOnMissingBean(name = "greenlangMetricsSessions")
    AuthenticationMethod greenlangMetricsSessions(SessionTickets tickets) {
      return new AuthenticationMethod("session", tickets::redeem);
    }

    /** Returns a listener that Spring Boot adds to the container. Spring Session calls it, too. */
    @Bean
    @ConditionalOnMissingBean(name = "greenlangMetricsSignOut")
    SignOutListener greenlangMetricsSignOut(ObjectProvider<MetricsServerLifecycle> lifecycle) {
      return new SignOutListener(lifecycle::getObject);
    }

    @Bean
    @ConditionalOnMissingBean(name = "greenlangMetricsSessionFilter")
    FilterRegistrationBean<SessionTicketFilter> greenlangMetricsSessionFilter(
        SessionTickets tickets,
        ObjectProvider<SecurityContextRepository> repositories,
        ChannelAuthorities channels,
        GreenlangMetricsProperties properties) {
      FilterRegistrationBean<SessionTicketFilter> filter =
          new FilterRegistrationBean<>(
              new SessionTicketFilter(
                  tickets,
                  unique(
                      repositories,
                      "SecurityContextRepository",
                      HttpSessionSecurityContextRepository::new),
                  channels));
      filter.setName("greenlangMetricsSessionFilter");
      filter.addUrlPatterns(properties.path(), properties.ssePath());
      return filter;
    }

    @Bean
    @ConditionalOnMissingBean(name = "greenlangMetricsPaths")
    @ConditionalOnProperty(
        prefix = "greenlang.metrics.security",
        name = "permit-paths",
        matchIfMissing = true)
    WebSecurityCustomizer greenlangMetricsPaths(
        GreenlangMetricsProperties properties, ObjectProvider<AuthenticationMethod> methods) {
      boolean hasTokens =
          properties.allowAnonymous()
              || TokenKeys.areConfigured(properties)
              || methods.stream().anyMatch(each -> each.name().equals(JWT_DECODER));
      MetricsPaths paths = new MetricsPaths(properties, hasTokens);
      return web -> web.ignoring().requestMatchers(paths);
    }
  }
}
