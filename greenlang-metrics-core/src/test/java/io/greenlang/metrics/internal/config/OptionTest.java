package io.greenlang.metrics.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionTest {

  private static final Option<Integer> PORT = Options.integer("WS_PORT", 8000, 0, 65_535);
  private static final Option<Duration> INTERVAL =
      Options.duration("HEARTBEAT", ChronoUnit.SECONDS, 30, 1, 3600);
  private static final Environment EMPTY = Environment.of(Map.of());

  private final OptionValues values = new OptionValues();

  @Test
  void resolve_setEverywhere_prefersBuilderThenPropertyThenVariable() {
    Environment both = Environment.of(Map.of("WS_PORT", "2"), Map.of("WS_PORT", "3"));
    assertThat(PORT.resolve(1, both)).isEqualTo(1);
    assertThat(PORT.resolve(null, both)).isEqualTo(2);
    assertThat(PORT.resolve(null, Environment.of(Map.of("WS_PORT", " 3 ")))).isEqualTo(3);
    assertThat(PORT.resolve(null, EMPTY)).isEqualTo(8000);
  }

  @Test
  void resolve_blankProperty_usesVariable() {
    Environment blank = Environment.of(Map.of("WS_PORT", " "), Map.of("WS_PORT", "3"));
    assertThat(PORT.resolve(null, blank)).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"65536", "-1", "1e3", "0x10", "8000.0", "99999999999"})
  void resolve_malformedNumber_throwsWithNameValueAndRange(String text) {
    assertThatThrownBy(() -> PORT.resolve(null, Environment.of(Map.of("WS_PORT", text))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("WS_PORT=" + text + " must be a whole number from 0 to 65535");
  }

  @Test
  void resolve_builderValueOutOfRange_throwsWithNameValueAndRange() {
    values.set(INTERVAL, Duration.ofMillis(999));
    assertThatThrownBy(() -> values.resolve(INTERVAL, EMPTY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("HEARTBEAT=PT0.999S must be a whole number of seconds from 1 to 3600");
  }

  @Test
  void resolve_longMalformedValue_quotesItsBeginning() {
    Environment environment = Environment.of(Map.of("WS_PORT", "x".repeat(1000)));
    assertThatThrownBy(() -> PORT.resolve(null, environment))
        .hasMessage("WS_PORT=" + "x".repeat(64) + "... must be a whole number from 0 to 65535");
  }

  @Test
  void resolveOptional_secret_isNeitherTrimmedNorQuoted() {
    Option<String> secret = Options.secret("KEY", "a secret");
    assertThat(secret.resolveOptional(null, Environment.of(Map.of("KEY", " a ")))).isEqualTo(" a ");
    assertThatThrownBy(() -> secret.resolveOptional("", EMPTY)).hasMessage("KEY must be a secret");
  }

  @Test
  void resolve_decimalSeconds_acceptsFractionsInRange() {
    Option<Duration> interval =
        Options.decimalSeconds(
            "INTERVAL", Duration.ofSeconds(1), Duration.ofMillis(100), Duration.ofDays(1));
    assertThat(interval.resolve(null, Environment.of(Map.of("INTERVAL", "0.5"))))
        .isEqualTo(Duration.ofMillis(500));
    assertThatThrownBy(() -> interval.resolve(null, Environment.of(Map.of("INTERVAL", "0.05"))))
        .hasMessage(
            "INTERVAL=0.05 must be a number of seconds from 0.1 to 86400, such as 1 or 0.5");
  }

  @Test
  void resolve_list_dropsEmptyElements() {
    Option<List<String>> origins = Options.list("ORIGINS", "a list");
    assertThat(origins.resolve(null, Environment.of(Map.of("ORIGINS", "a, b,,"))))
        .containsExactly("a", "b");
    assertThat(origins.resolve(null, EMPTY)).isEmpty();
  }

  @Test
  void resolve_setNowhereAndNoDefault_messageNamesAllowedValues() {
    Option<String> url = Options.text("REDIS_URL", null, "a Redis URL");
    assertThat(url.resolveOptional(null, EMPTY)).isNull();
    assertThatThrownBy(() -> url.resolve(null, EMPTY))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("REDIS_URL is not set; it must be a Redis URL");
  }

  @Test
  void resolve_builderOnly_ignoresEnvironment() {
    Option<Integer> clients = Options.integer("maxConnections", 10, 1, 100).builderOnly();
    assertThat(clients.resolve(null, Environment.of(Map.of("maxConnections", "5")))).isEqualTo(10);
  }

  @Test
  void checkedFor_outOfRange_messageNamesThePart() {
    assertThatThrownBy(() -> PORT.setBy("port").checkedFor("the proxy", 65_536))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("port=65536 of the proxy must be a whole number from 0 to 65535");
    assertThatThrownBy(() -> PORT.checkedFor("the proxy", -1))
        .hasMessage("WS_PORT=-1 of the proxy must be a whole number from 0 to 65535");
    assertThat(PORT.checkedFor("the proxy", 0)).isEqualTo(0);
  }

  @Test
  void checked_builderMethod_isNamedBeforeVariable() {
    assertThatThrownBy(() -> PORT.setBy("port").checked(65_536))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("port=65536 (WS_PORT) must be a whole number from 0 to 65535");
    assertThat(PORT.setBy("port").checked(65_535)).isEqualTo(65_535);
  }

  @Test
  void checked_belowLowerBound_throwsWithNameValueAndBound() {
    Option<Long> bytes = Options.atLeast("logBytes", 10L, 1L);
    assertThat(bytes.resolve(null, EMPTY)).isEqualTo(10);
    assertThat(bytes.isInEnvironment()).isFalse();
    assertThatThrownBy(() -> bytes.checked(0L)).hasMessage("logBytes=0 must be at least 1");
  }

  @Test
  void resolveOptional_object_isOnlyTheBuildersValue() {
    Option<Runnable> task = Options.object("task", "a task");
    assertThat(values.resolveOptional(task, Environment.of(Map.of("task", "x")))).isNull();
    values.set(task, () -> {});
    assertThat(values.resolveOptional(task, EMPTY)).isSameAs(values.get(task)).isNotNull();
  }

  /** Uses a variable that every process has. */
  @Test
  void process_blankProperty_fallsBackToVariable() {
    System.setProperty("PATH", " ");
    try {
      assertThat(Environment.process().get("PATH")).isEqualTo(System.getenv("PATH"));
    } finally {
      System.clearProperty("PATH");
    }
  }
}
