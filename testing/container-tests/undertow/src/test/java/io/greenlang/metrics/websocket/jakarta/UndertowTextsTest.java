package io.greenlang.metrics.websocket.jakarta;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.undertow.websockets.jsr.UndertowSession;
import org.junit.jupiter.api.Test;

/** What is reached by name, in the Undertow that is there. */
final class UndertowTextsTest {

  /** Without them, texts go out as strings, and nothing but the processor's time would tell. */
  @Test
  void find_namesInUndertow_areThere() {
    assertThatCode(() -> UndertowTexts.find(UndertowSession.class.getClassLoader()))
        .doesNotThrowAnyException();
  }
}
