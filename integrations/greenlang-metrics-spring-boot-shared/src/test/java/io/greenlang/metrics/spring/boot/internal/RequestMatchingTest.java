package io.greenlang.metrics.spring.boot.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.spring.boot.GreenlangMetricsProperties;
import io.greenlang.metrics.spring.boot.internal.session.SessionTicketFilter;
import io.greenlang.metrics.spring.boot.internal.session.SessionTickets;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;

/** The requests that Spring Security leaves to the metrics server, and those with a session. */
class RequestMatchingTest {

  private static final Map<String, String> PUBLISHING =
      Map.of("greenlang.metrics.http-publishing", "true");

  @AfterEach
  void signOut() {
    SecurityContextHolder.clearContext();
  }

  private static GreenlangMetricsProperties properties(Map<String, String> values) {
    return new Binder(new MapConfigurationPropertySource(values))
        .bindOrCreate("greenlang.metrics", GreenlangMetricsProperties.class);
  }

  private static MockHttpServletRequest request(
      String uri, String servletPath, @Nullable String pathInfo) {
    MockHttpServletRequest request = new MockHttpServletRequest("GET", uri);
    request.setServletPath(servletPath);
    request.setPathInfo(pathInfo);
    return request;
  }

  /** The address is as a client sends it; the container decodes it to the other two. */
  @ParameterizedTest
  @CsvSource({
    "/ws/metrics,/ws/metrics,,true",
    "/ws/metrics;a=b,/ws/metrics,,true",
    "/ws/%6detrics,/ws/metrics,,true",
    "/greenlang-metrics/app.js,/greenlang-metrics,/app.js,true",
    "/publish/orders,/publish,/orders,true",
    "/greenlang-metrics/..;/admin,/admin,,false",
    "/publish/%2e%2e/admin,/admin,,false",
    "/greenlang-metricsx,/greenlang-metricsx,,false"
  })
  void matches_addressOfClient_isThatOfTheContainer(
      String uri, String servletPath, @Nullable String pathInfo, boolean expected) {
    MetricsPaths paths = new MetricsPaths(properties(PUBLISHING), true);
    assertThat(paths.matches(request(uri, servletPath, pathInfo))).isEqualTo(expected);
  }

  @Test
  void matches_dashboardDisabled_isLeftToSpringSecurity() {
    MetricsPaths paths =
        new MetricsPaths(properties(Map.of("greenlang.metrics.dashboard.enabled", "false")), true);
    assertThat(paths.matches(request("/greenlang-metrics/", "/greenlang-metrics", "/"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"Basic YTpi,Bearer session.", "Bearer own,Bearer own", "bearer,bearer"})
  void session_authorizationOfAClient_isReplacedUnlessItHasAToken(String sent, String expected)
      throws Exception {
    SecurityContextHolder.getContext()
        .setAuthentication(
            UsernamePasswordAuthenticationToken.authenticated(
                "alice", "", AuthorityUtils.createAuthorityList("ROLE_USER")));
    MockHttpServletRequest request = request("/ws/metrics", "/ws/metrics", null);
    request.addHeader("Authorization", sent);
    MockFilterChain chain = new MockFilterChain();
    new SessionTicketFilter(
            new SessionTickets(),
            new HttpSessionSecurityContextRepository(),
            new ChannelAuthorities(Map.of()))
        .doFilter(request, new MockHttpServletResponse(), chain);
    HttpServletRequest passed =
        (HttpServletRequest) Objects.requireNonNull(chain.getRequest(), "request");
    assertThat(passed.getHeader("Authorization")).startsWith(expected);
  }

  @Test
  void urlPatterns_publishing_areThoseOfTheServer() {
    assertThat(ObservedPathFilter.urlPatterns(properties(Map.of())))
        .isEqualTo(List.of("/ws/metrics", "/sse/metrics", "/greenlang-metrics/*"));
    assertThat(ObservedPathFilter.urlPatterns(properties(PUBLISHING))).contains("/publish/*");
  }
}
