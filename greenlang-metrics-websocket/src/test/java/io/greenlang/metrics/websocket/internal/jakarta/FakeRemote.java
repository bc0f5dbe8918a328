package io.greenlang.metrics.websocket.internal.jakarta;

import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendHandler;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** A remote endpoint that calls send handlers as the test specifies. */
final class FakeRemote implements RemoteEndpoint.Async {

  final List<String> sent = new ArrayList<>();
  final List<SendHandler> handlers = new ArrayList<>();
  final List<ByteBuffer> buffers = new ArrayList<>();
  private final Consumer<SendHandler> container;

  FakeRemote(Consumer<SendHandler> container) {
    this.container = container;
  }

  @Override
  public void sendText(String text, SendHandler handler) {
    sent.add(text);
    handlers.add(handler);
    container.accept(handler);
  }

  @Override
  public void sendBinary(ByteBuffer data, SendHandler handler) {
    buffers.add(data);
    handlers.add(handler);
    container.accept(handler);
  }

  @Override
  public void sendPing(ByteBuffer data) {
    sent.add("ping " + StandardCharsets.UTF_8.decode(data));
  }

  @Override
  public void setSendTimeout(long millis) {
    throw new AssertionError("no container implements this reliably");
  }

  @Override
  public long getSendTimeout() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Void> sendText(String text) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Void> sendBinary(ByteBuffer data) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Void> sendObject(Object data) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void sendObject(Object data, SendHandler handler) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void setBatchingAllowed(boolean allowed) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean getBatchingAllowed() {
    return false;
  }

  @Override
  public void flushBatch() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void sendPong(ByteBuffer data) {
    throw new UnsupportedOperationException();
  }
}
