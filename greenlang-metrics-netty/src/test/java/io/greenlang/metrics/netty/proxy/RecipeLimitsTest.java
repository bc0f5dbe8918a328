package io.greenlang.metrics.netty.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The recipes' limits of file descriptors. With the usual limit of 1,024, nginx would serve 500
 * clients; with a limit below its connections, HAProxy does not start.
 */
final class RecipeLimitsTest {

  /** The descriptors of HAProxy besides those of the connections. */
  private static final int OTHER_DESCRIPTORS = 100;

  @ParameterizedTest
  @EnumSource(names = {"NGINX", "NGINX_STREAM"})
  void nginx_workerLimit_exceedsItsConnections(Recipe recipe) throws IOException {
    assertThat(number("worker_rlimit_nofile (\\d+);", recipe.text()))
        .isGreaterThan(number("worker_connections (\\d+);", recipe.text()));
    assertThat(number("LimitNOFILE=(\\d+)", recipe.page()))
        .as("the hard limit that the page names")
        .isGreaterThanOrEqualTo(number("worker_rlimit_nofile (\\d+);", recipe.text()));
  }

  @ParameterizedTest
  @EnumSource(names = {"HAPROXY", "HAPROXY_TCP"})
  void haproxy_hardLimitOfPage_sufficesForMaxconn(Recipe recipe) throws IOException {
    assertThat(number("LimitNOFILE=(\\d+)", recipe.page()))
        .isGreaterThan(2 * number("maxconn (\\d+)", recipe.text()) + OTHER_DESCRIPTORS);
  }

  private static int number(String pattern, String text) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    assertThat(matcher.find()).as(pattern).isTrue();
    return Integer.parseInt(matcher.group(1));
  }
}
