package io.greenlang.metrics.spring.boot;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.server.SecurityWebFilterChain;

/** The security of an application with WebFlux that leaves all paths open. */
@Configuration(proxyBeanMethods = false)
class OpenReactiveAccess {

  @Bean
  SecurityWebFilterChain open(ServerHttpSecurity http) {
    return http.authorizeExchange(exchanges -> exchanges.anyExchange().permitAll()).build();
  }
}
