package io.greenlang.metrics.websocket.internal.jakarta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.frame.SharedFrames;
import io.greenlang.metrics.internal.frame.FrameBuffer;
import io.greenlang.metrics.websocket.internal.jakarta.utf8.FrameIterator;
import io.greenlang.metrics.websocket.internal.jakarta.utf8.Utf8TextSender;
import jakarta.websocket.SendHandler;
import jakarta.websocket.SendResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The ways in which containers call a send's handler, each observed in a real container. */
final class FrameSenderTest {

  private static final int MANY = 20_000;

  private final Queue<Runnable> ioThread = new ArrayDeque<>();
  private final List<String> events = new ArrayList<>();
  private Runnable onAllSent = () -> {};

  @Test
  void flush_inlineHandler20000Times_stackDoesNotGrow() {
    FakeRemote remote = new FakeRemote(FrameSenderTest::inline);
    FrameSender sender = sender(remote);
    FrameBuffer frames = new FrameBuffer();
    for (int i = 0; i < MANY; i++) {
      text(frames, "frame " + i);
    }
    add(sender, frames.toSharedFrames());
    sender.flush();
    assertThat(remote.sent).hasSize(MANY).endsWith("frame " + (MANY - 1));
    assertThat(events).containsExactly("all sent");
    assertThat(sender.isIdle()).isTrue();
    assertThat(sender.unsentBytes()).isZero();
  }

  @Test
  void allSent_listenerWritesAgain20000Times_stackDoesNotGrow() {
    FakeRemote remote = new FakeRemote(FrameSenderTest::inline);
    FrameSender sender = sender(remote);
    onAllSent =
        () -> {
          if (remote.sent.size() < MANY) {
            add(sender, textFrame("again"));
            sender.flush();
          }
        };
    add(sender, textFrame("first"));
    sender.flush();
    assertThat(remote.sent)
        .as("the other clients of this thread get their turn")
        .hasSizeLessThan(100);
    runIoThread();
    assertThat(remote.sent).hasSize(MANY);
  }

  @Test
  void flush_handlerNeverCalled_sendsNoSecondFrame() {
    FakeRemote remote = new FakeRemote(FrameSenderTest::never);
    FrameSender sender = sender(remote);
    SharedFrames first = textFrame("a");
    SharedFrames second = textFrame("bc");
    add(sender, first);
    add(sender, second);
    sender.flush();
    sender.flush();
    assertThat(remote.sent).containsExactly("a");
    assertThat(sender.isIdle()).isFalse();
    assertThat(sender.unsentBytes()).isEqualTo(3 + 4);
    sender.close();
    assertReleased(first);
    assertReleased(second);
  }

  @Test
  void onResult_calledTwice_countsOnce() {
    FakeRemote remote = new FakeRemote(FrameSenderTest::never);
    FrameSender sender = sender(remote);
    add(sender, textFrame("a"));
    add(sender, textFrame("b"));
    add(sender, textFrame("c"));
    sender.flush();
    remote.handlers.get(0).onResult(new SendResult());
    remote.handlers.get(0).onResult(new SendResult(new IOException("failed after success")));
    runIoThread();
    assertThat(remote.sent).containsExactly("a", "b");
    remote.handlers.get(0).onResult(new SendResult());
    runIoThread();
    assertThat(remote.sent).containsExactly("a", "b");
    assertThat(events).isEmpty();
  }

  @Test
  void onResult_afterEnd_onlyReleasesMemory() {
    FakeRemote remote = new FakeRemote(FrameSenderTest::never);
    FrameSender sender = sender(remote);
    SharedFrames frames = binaryFrame("shared");
    add(sender, frames);
    add(sender, textFrame("never sent"));
    sender.flush();
    sender.close();
    frames.retain(); // the container still reads it
    frames.release();
    remote.handlers.get(0).onResult(new SendResult());
    runIoThread();
    assertReleased(frames);
    assertThat(remote.sent).isEmpty();
    assertThat(events).isEmpty();
  }

  @Test
  void send_throws_reportsFailureOnce() {
    FakeRemote remote =
        new FakeRemote(
            handler -> {
              throw new IllegalStateException("the session is closed");
            });
    FrameSender sender = sender(remote);
    add(sender, textFrame("a"));
    add(sender, textFrame("b"));
    sender.flush();
    assertThat(events).containsExactly("failed: the session is closed");
  }

  @Test
  void onResult_failure_reportsFailureOnce() {
    FakeRemote remote = new FakeRemote(FrameSenderTest::never);
    FrameSender sender = sender(remote);
    add(sender, textFrame("a"));
    sender.flush();
    remote.handlers.get(0).onResult(new SendResult(new IOException("broken pipe")));
    runIoThread();
    assertThat(events).containsExactly("failed: broken pipe");
  }

  @Test
  void sendBinary_sharedMemory_isReadOnlyAndUnchanged() {
    SharedFrames frames = binaryFrame("shared");
    for (int i = 0; i < 100; i++) {
      FakeRemote remote = new FakeRemote(FrameSenderTest::inline);
      frames.retain();
      FrameSender sender = sender(remote);
      add(sender, frames);
      sender.flush();
      assertThatThrownBy(() -> remote.buffers.get(0).put((byte) 0))
          .isInstanceOf(ReadOnlyBufferException.class);
      assertThat(StandardCharsets.UTF_8.decode(remote.buffers.get(0)).toString())
          .isEqualTo("shared");
    }
    assertThat(frames.bytes().position()).isZero();
    assertThat(frames.bytes().get(2)).isEqualTo((byte) 's');
    frames.release();
    assertReleased(frames);
  }

  @Test
  void sendText_utf8Sender_retainsSharedMemoryUntilHandlerCalled() {
    FakeRemote remote = new FakeRemote(FrameSenderTest::never);
    List<ByteBuffer> texts = new ArrayList<>();
    FrameSender sender =
        sender(
            remote,
            (utf8, handler) -> {
              texts.add(utf8);
              remote.handlers.add(handler);
            });
    SharedFrames frames = textFrame("grün");
    add(sender, frames);
    sender.flush();
    sender.close();
    assertThat(remote.sent).as("texts sent as strings").isEmpty();
    assertThat(texts.get(0).isReadOnly()).isTrue();
    assertThat(StandardCharsets.UTF_8.decode(texts.get(0)).toString()).isEqualTo("grün");
    frames.retain(); // the container still reads it
    frames.release();
    remote.handlers.get(0).onResult(new SendResult());
    assertReleased(frames);
  }

  @Test
  void frames_everyHeaderLength_areParsed() {
    FakeRemote remote = new FakeRemote(FrameSenderTest::inline);
    FrameSender sender = sender(remote);
    FrameBuffer frames = new FrameBuffer();
    List<String> texts = new ArrayList<>();
    for (int length : new int[] {0, 1, 125, 126, 65_535, 65_536, 100_000}) {
      texts.add("ü".repeat(length / 2) + "x".repeat(length % 2));
      text(frames, texts.get(texts.size() - 1));
    }
    add(sender, frames.toSharedFrames());
    sender.flush();
    assertThat(remote.sent).isEqualTo(texts);
  }

  @Test
  void flush_ping_isSentInOrder() {
    FakeRemote remote = new FakeRemote(FrameSenderTest::inline);
    FrameSender sender = sender(remote);
    FrameBuffer frames = new FrameBuffer();
    text(frames, "before");
    frames.putFrameHeader(FrameIterator.PING, 0);
    text(frames, "after");
    add(sender, frames.toSharedFrames());
    sender.flush();
    assertThat(remote.sent).containsExactly("before", "ping ", "after");
  }

  @Test
  void flush_handlersOnOtherThreads_keepsOrderAndOneInFlight() throws InterruptedException {
    ExecutorService io = Executors.newSingleThreadExecutor();
    ExecutorService container = Executors.newFixedThreadPool(2);
    AtomicInteger inFlight = new AtomicInteger();
    AtomicInteger maxInFlight = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(1);
    FakeRemote remote =
        new FakeRemote(
            handler -> {
              maxInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
              container.execute(
                  () -> {
                    inFlight.decrementAndGet();
                    handler.onResult(new SendResult());
                  });
            });
    FrameSender sender =
        new FrameSender(
            remote,
            null,
            io,
            Runnable::run,
            new FrameSender.Listener() {
              @Override
              public void onAllSent() {
                done.countDown();
              }

              @Override
              public void onSendFailed(Throwable cause) {
                throw new AssertionError(cause);
              }
            });
    FrameBuffer frames = new FrameBuffer();
    for (int i = 0; i < MANY; i++) {
      text(frames, Integer.toString(i));
    }
    io.execute(
        () -> {
          add(sender, frames.toSharedFrames());
          sender.flush();
        });
    assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
    io.shutdown();
    container.shutdown();
    assertThat(maxInFlight).hasValue(1);
    for (int i = 0; i < MANY; i++) {
      assertThat(remote.sent.get(i)).isEqualTo(Integer.toString(i));
    }
  }

  private static void inline(SendHandler handler) {
    handler.onResult(new SendResult());
  }

  private static void never(SendHandler handler) {}

  private FrameSender sender(FakeRemote remote) {
    return sender(remote, null);
  }

  private FrameSender sender(FakeRemote remote, @Nullable Utf8TextSender textSender) {
    return new FrameSender(
        remote,
        textSender,
        ioThread::add,
        Runnable::run,
        new FrameSender.Listener() {
          @Override
          public void onAllSent() {
            events.add("all sent");
            onAllSent.run();
          }

          @Override
          public void onSendFailed(Throwable cause) {
            events.add("failed: " + cause.getMessage());
          }
        });
  }

  private void runIoThread() {
    Runnable task;
    while ((task = ioThread.poll()) != null) {
      task.run();
    }
  }

  private static void add(FrameSender sender, SharedFrames frames) {
    sender.add(frames, 0, frames.bytes().capacity());
  }

  private static SharedFrames textFrame(String payload) {
    FrameBuffer frame = new FrameBuffer();
    text(frame, payload);
    return frame.toSharedFrames();
  }

  private static SharedFrames binaryFrame(String payload) {
    FrameBuffer frame = new FrameBuffer();
    byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
    frame.putFrameHeader(FrameIterator.BINARY, bytes.length);
    frame.put(bytes);
    return frame.toSharedFrames();
  }

  private static void text(FrameBuffer frames, String payload) {
    byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
    frames.putFrameHeader(FrameIterator.TEXT, bytes.length);
    frames.put(bytes);
  }

  private static void assertReleased(SharedFrames frames) {
    assertThatThrownBy(frames::retain).isInstanceOf(IllegalStateException.class);
  }
}
