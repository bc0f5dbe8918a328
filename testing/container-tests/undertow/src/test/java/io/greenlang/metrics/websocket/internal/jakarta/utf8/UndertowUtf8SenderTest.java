package io.greenlang.metrics.websocket.internal.jakarta.utf8;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.undertow.websockets.jsr.UndertowSession;
import org.junit.jupiter.api.Test;

/** The reflective access to Undertow, checked against the Undertow version under test. */
final class UndertowUtf8SenderTest {

  /** Without these members, messages are sent as strings; only the CPU load would reveal it. */
  @Test
  void find_undertowMembers_succeeds() {
    assertThatCode(() -> UndertowUtf8Sender.lookUp(UndertowSession.class.getClassLoader()))
        .doesNotThrowAnyException();
  }
}
