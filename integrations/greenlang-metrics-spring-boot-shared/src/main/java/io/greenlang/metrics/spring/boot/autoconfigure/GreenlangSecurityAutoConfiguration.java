package io.greenlang.metrics.spring.boot.autoconfigure;

import io.greenlang.metrics.spring.boot.GreenlangMetricsProperties;
import io.greenlang.metrics.spring.boot.internal.ApplicationPortCondition;
import io.greenlang.metrics.spring.boot.internal.AuthenticationMethod;
import io.greenlang.metrics.spring.boot.internal.AuthenticatorChain;
import io.greenlang.metrics.spring.boot.internal.ChannelAuthorities;
import io.greenlang.metrics.spring.boot.internal.JwtDecoderAuthenticator;
import io.greenlang.metrics.spring.boot.internal.MetricsPaths;
import io.greenlang.metrics.spring.boot.internal.SessionTicketFilter;
import io.greenlang.metrics.spring.boot.internal.SessionTickets;
import io.greenlang.metrics.spring.boot.internal.TokenKeys;
import java.util.List;
import java.util.stream.Stream;
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

  private static final String JWT_DECODER = "JwtDecoder";

  GreenlangSecurityAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean
  ChannelAuthorities greenlangMetricsChannelAuthorities(GreenlangMetricsProperties properties) {
    return new ChannelAuthorities(properties.security().channels());
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
        ObjectProvider<JwtAuthenticationConverter> converter,
        ChannelAuthorities channels) {
      return method(decoders.orderedStream(), converter, channels);
    }

    @Bean
    @ConditionalOnBean(ReactiveJwtDecoder.class)
    @ConditionalOnMissingBean(name = "greenlangMetricsReactiveJwtDecoder")
    AuthenticationMethod greenlangMetricsReactiveJwtDecoder(
        ObjectProvider<ReactiveJwtDecoder> decoders,
        ObjectProvider<JwtAuthenticationConverter> converter,
        ChannelAuthorities channels) {
      return method(
          decoders.orderedStream().map(JwtDecoderAuthenticator::blocking), converter, channels);
    }

    /**
     * Returns a method that asks the decoders in their order. The application's own filter chains
     * may have a decoder and a converter each; which of them belong together is not known here. So
     * of several converters only a primary one is used.
     */
    private static AuthenticationMethod method(
        Stream<JwtDecoder> decoders,
        ObjectProvider<JwtAuthenticationConverter> converter,
        ChannelAuthorities channels) {
      JwtAuthenticationConverter used = converter.getIfUnique(JwtAuthenticationConverter::new);
      List<AuthenticationMethod> methods =
          decoders
              .map(each -> new JwtDecoderAuthenticator(each, used, channels))
              .map(each -> new AuthenticationMethod(each.toString(), each))
              .toList();
      return new AuthenticationMethod(JWT_DECODER, new AuthenticatorChain(methods));
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

    @Bean
    @ConditionalOnMissingBean(name = "greenlangMetricsSessionFilter")
    FilterRegistrationBean<SessionTicketFilter> greenlangMetricsSessionFilter(
        SessionTickets tickets,
        ObjectProvider<SecurityContextRepository> repository,
        ChannelAuthorities channels,
        GreenlangMetricsProperties properties) {
      FilterRegistrationBean<SessionTicketFilter> filter =
          new FilterRegistrationBean<>(
              new SessionTicketFilter(
                  tickets,
                  repository.getIfUnique(HttpSessionSecurityContextRepository::new),
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
