package io.greenlang.metrics.websocket.internal.jakarta;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.websocket.transport.ConnectionListener;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListenerEventsTest {

  private final ListenerEvents events = new ListenerEvents();
  private final List<String> received = new ArrayList<>();

  private final ConnectionListener listener =
      new ConnectionListener() {

        @Override
        public void onMessage(Encoding encoding, byte[] message) {
          received.add("message");
        }

        @Override
        public void onActivity() {
          received.add("activity");
        }

        @Override
        public void onWritable() {
          received.add("writable");
        }

        @Override
        public void onClosed() {
          received.add("closed");
        }
      };

  @Test
  void open_earlyEvents_arePassedOnInOrder() {
    events.dispatch(ConnectionListener::onActivity);
    events.onWritable();
    events.dispatch(early -> early.onMessage(Encoding.JSON, new byte[0]));
    assertThat(received).isEmpty();

    events.open(listener);
    events.onWritable();
    assertThat(received).containsExactly("activity", "writable", "message", "writable");
  }

  @Test
  void end_twice_notifiesListenerOnceAndDiscardsLaterEvents() {
    events.open(listener);
    events.end();
    events.end();
    events.dispatch(ConnectionListener::onActivity);
    events.onWritable();
    assertThat(received).containsExactly("closed");
  }

  @Test
  void end_beforeOpen_discardsEarlyEvents() {
    events.dispatch(ConnectionListener::onActivity);
    events.end();
    assertThat(events.isOpen()).isFalse();
    assertThat(received).isEmpty();
  }
}
