package io.greenlang.metrics.websocket.internal.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServerEnvironmentTest {

  /** Uses a variable that every process has. */
  @Test
  void text_blankProperty_fallsBackToEnvironment() {
    System.setProperty("PATH", " ");
    try {
      assertThat(ServerEnvironment.ofProcess().text("PATH")).isEqualTo(System.getenv("PATH"));
    } finally {
      System.clearProperty("PATH");
    }
  }
}
