package io.greenlang.metrics.websocket.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The copy that the streams at the same position write. */
class EventPartsTest {

  private final EventParts parts = new EventParts();
  private final ByteBuffer payloads = ascii("0123456789");

  private static ByteBuffer ascii(String text) {
    return ByteBuffer.wrap(text.getBytes(US_ASCII));
  }

  private void addEvent(String text, int from, int to) {
    parts.text(text.getBytes(US_ASCII));
    parts.payload(from, to);
  }

  private String copied(ByteBuffer memory) {
    ByteBuffer copy = Objects.requireNonNull(parts.copy(memory));
    assertThat(copy.isDirect()).as("the kernel reads it in place").isTrue();
    byte[] bytes = new byte[parts.bytes()];
    copy.get(0, bytes);
    return new String(bytes, US_ASCII);
  }

  @Test
  void copy_twoParts_hasTextsAndPayloadsInOrder() {
    addEvent("a: ", 2, 5);
    addEvent("b: ", 7, 7);

    assertThat(copied(payloads)).isEqualTo("a: 234b: ");
  }

  @Test
  void copy_sameParts_isMadeOnce() {
    addEvent("a: ", 2, 5);
    copied(payloads);

    assertThat(copied(ascii("changed...")))
        .as("the payloads are not read again")
        .isEqualTo("a: 234");
  }

  @Test
  void copy_afterAnotherPart_hasBoth() {
    addEvent("a: ", 2, 5);
    copied(payloads);
    addEvent("b: ", 0, 1);

    assertThat(copied(payloads)).isEqualTo("a: 234b: 0");
  }

  @Test
  void copy_afterClear_hasNewPartsOfTheSameLength() {
    addEvent("a: ", 2, 5);
    copied(payloads);
    parts.clear();
    addEvent("b: ", 5, 8);

    assertThat(copied(payloads)).isEqualTo("b: 567");
  }

  @Test
  void copy_longerThanItsMemory_isRefused() {
    ByteBuffer longPayloads = ByteBuffer.allocate(64 * 1024);
    addEvent("", 0, longPayloads.capacity());
    assertThat(parts.copy(longPayloads)).isNotNull();
    addEvent("a", 0, 0);

    assertThat(parts.copy(longPayloads)).isNull();
  }
}
