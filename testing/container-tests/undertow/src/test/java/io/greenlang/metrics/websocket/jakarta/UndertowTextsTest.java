package io.greenlang.metrics.websocket.jakarta;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.undertow.websockets.jsr.UndertowSession;
import org.junit.jupiter.api.Test;

/** The reflective access to Undertow, checked against the Undertow version under test. */
final class UndertowTextsTest {

  /** Without these members, messages are sent as strings; only the CPU load would reveal it. */
  @Test
  void find_undertowMembers_succeeds() {
    assertThatCode(() -> UndertowTexts.find(UndertowSession.class.getClassLoader()))
        .doesNotThrowAnyException();
  }
}
