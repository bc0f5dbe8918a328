package io.greenlang.metrics.websocket.internal.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginPolicyTest {

  private static final OriginPolicy LISTED =
      new OriginPolicy(List.of("https://trusted.com", "http://localhost:3000"));
  private static final OriginPolicy SAME_HOST = new OriginPolicy(List.of());

  private static boolean allows(OriginPolicy policy, String origin, @Nullable String host) {
    return policy.allows(List.of(origin), host);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://trusted.com",
        "https://trusted.com:443",
        "HTTPS://Trusted.COM",
        "http://localhost:3000"
      })
  void allows_listedOrigin_allowed(String origin) {
    assertThat(allows(LISTED, origin, "metrics.trusted.com")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "",
        " ",
        "*",
        "trusted.com",
        "//trusted.com",
        "http://trusted.com",
        "https://trusted.com:8443",
        "https://trusted.com:80",
        "https://trusted.com.evil.com",
        "https://eviltrusted.com",
        "https://evil.com/trusted.com",
        "https://evil.com?https://trusted.com",
        "https://evil.com#https://trusted.com",
        "https://trusted.com@evil.com",
        "https://evil@trusted.com",
        "https://trusted.com/",
        "https://trusted.com.",
        "https://trusted%2ecom",
        "https://sub.trusted.com",
        "https://trusted.com https://evil.com",
        "https://trusted.com,https://evil.com",
        "https://trusted.com\r\nX: y",
        "https://tru\u0455ted.com",
        "http://localhost",
        "http://127.0.0.1:3000",
        "wss://trusted.com",
        "file://",
        "data:text/html,x",
        "chrome-extension://trusted.com",
        "https://[::1",
        "https://metrics.trusted.com"
      })
  void allows_unlistedOrigin_rejected(String origin) {
    assertThat(allows(LISTED, origin, "metrics.trusted.com")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost:8000,   localhost:8000",
    "http://localhost,        localhost",
    "http://localhost:80,     localhost",
    "https://example.com,     example.com",
    "https://example.com,     example.com:443",
    "https://EXAMPLE.com,     example.COM",
    "http://127.0.0.1:8000,   127.0.0.1:8000",
    "http://[::1]:8000,       [::1]:8000",
    "http://metrics_server:8000, metrics_server:8000"
  })
  void allows_sameHost_allowed(String origin, String host) {
    assertThat(allows(SAME_HOST, origin, host)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "http://evil.com,            localhost:8000",
    "http://localhost:3000,      localhost:8000",
    "http://localhost,           localhost:8000",
    "http://localhost.evil.com:8000, localhost:8000",
    "http://127.0.0.1:8000,      localhost:8000",
    "null,                       localhost:8000",
    "null,                       null",
    "http://a_b.evil.com:8000,   a_b:8000",
    "http://evil_x:8000,         metrics_server:8000",
    "http://localhost:8000,      ''",
    "http://localhost:8000,      evil@localhost:8000",
    "http://localhost:8000,      localhost:8000/x",
    "http://localhost:8000,"
  })
  void allows_otherHost_rejected(String origin, @Nullable String host) {
    assertThat(allows(SAME_HOST, origin, host)).isFalse();
  }

  /** Compose files often name containers like this. */
  @Test
  void allows_listedHostWithUnderscore_allowed() {
    OriginPolicy policy = new OriginPolicy(List.of("http://my_app:3000"));
    assertThat(allows(policy, "http://my_app:3000", "metrics_server:8000")).isTrue();
    assertThat(allows(policy, "http://my_app", "metrics_server:8000")).isFalse();
    assertThat(policy.allowsOnSomeHost("http://my_app:3000")).isTrue();
  }

  @Test
  void allows_noOrigin_allowed() {
    assertThat(LISTED.allows(List.of(), "trusted.com")).isTrue();
    assertThat(SAME_HOST.allows(List.of(), null)).isTrue();
  }

  @Test
  void allows_twoListedOrigins_rejected() {
    assertThat(LISTED.allows(List.of("https://trusted.com", "https://trusted.com"), "trusted.com"))
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "example.com",
        "https://",
        "https://*.example.com",
        "https://example.com/",
        "https://example.com/path",
        "https://a@example.com",
        "null",
        "https://example.com:port",
        "https://example.com:123456",
        "https://[::1",
        "https://exämple.com"
      })
  void new_invalidOrigin_rejectedByName(String origin) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new OriginPolicy(List.of("https://ok.com", origin)))
        .withMessageContaining("WS_ALLOWED_ORIGINS")
        .withMessageContaining("\"" + origin + "\"")
        .withMessageContaining("such as https://example.com");
  }
}
