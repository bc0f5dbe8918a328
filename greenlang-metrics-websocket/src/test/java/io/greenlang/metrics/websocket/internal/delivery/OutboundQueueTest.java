package io.greenlang.metrics.websocket.internal.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.internal.frame.FrameBuffer;
import io.greenlang.metrics.websocket.internal.delivery.OutboundQueue.SendResult;
import org.junit.jupiter.api.Test;

class OutboundQueueTest {

  private final OutboundQueue queue = new OutboundQueue();

  private static OutboundAction message(int bytes) {
    FrameBuffer frame = new FrameBuffer();
    frame.put(new byte[bytes]);
    return new OutboundAction.Message(frame.toSharedFrames(), 1);
  }

  private void addMessages(int count) {
    for (int i = 0; i < count; i++) {
      assertThat(queue.add(message(1))).isEqualTo(SendResult.QUEUED);
    }
  }

  @Test
  void add_fullQueue_discardsMessageUntilOneIsPolled() {
    addMessages(OutboundQueue.MAX_ACTIONS);
    assertThat(queue.add(message(1))).isEqualTo(SendResult.FULL);
    assertThat(queue.poll()).isNotNull();
    assertThat(queue.add(message(1))).isEqualTo(SendResult.QUEUED);
    assertThat(queue.add(message(1))).isEqualTo(SendResult.FULL);
  }

  @Test
  void isCongested_overHalfFull_returnsTrue() {
    addMessages(OutboundQueue.MAX_ACTIONS / 2);
    assertThat(queue.isCongested()).isFalse();
    addMessages(1);
    assertThat(queue.isCongested()).isTrue();
    assertThat(queue.poll()).isNotNull();
    assertThat(queue.isCongested()).isFalse();
  }

  @Test
  void isCongested_overOneMegabyte_returnsTrue() {
    queue.add(message((int) OutboundQueue.CONGESTION_BYTES));
    assertThat(queue.isCongested()).isFalse();
    queue.add(message(1));
    assertThat(queue.isCongested()).isTrue();
  }

  @Test
  void peek_severalActions_returnsThemInOrder() {
    OutboundAction first = message(1);
    OutboundAction second = message(1);
    queue.add(first);
    queue.add(second);
    assertThat(queue.peek()).isSameAs(first);
    assertThat(queue.poll()).isSameAs(first);
    assertThat(queue.poll()).isSameAs(second);
    assertThat(queue.poll()).isNull();
  }
}
