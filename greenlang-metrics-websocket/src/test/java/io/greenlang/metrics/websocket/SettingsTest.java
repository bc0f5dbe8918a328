package io.greenlang.metrics.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SettingsTest {

  /** Uses a variable that every process has. */
  @Test
  void text_blankProperty_fallsBackToEnvironment() {
    System.setProperty("PATH", " ");
    try {
      assertThat(Settings.ofProcess().text("PATH")).isEqualTo(System.getenv("PATH"));
    } finally {
      System.clearProperty("PATH");
    }
  }
}
