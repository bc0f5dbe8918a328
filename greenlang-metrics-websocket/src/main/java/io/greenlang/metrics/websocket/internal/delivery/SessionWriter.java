package io.greenlang.metrics.websocket.internal.delivery;

import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.websocket.internal.delivery.OutboundQueue.SendResult;
import io.greenlang.metrics.websocket.internal.ratelimit.FrameRateLimiter;
import io.greenlang.metrics.websocket.transport.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The outbound side of a session: it moves answers and metrics to the connection whenever the
 * connection is writable.
 *
 * <p>There is one state for "cannot send now", whatever the cause: {@link #deliver} returns, the
 * {@link OutboundQueue} keeps the answers, and each {@link FeedDelivery} keeps its position.
 *
 * <p>Except for {@link #send}, {@link #peer} and {@link #isCongested}, all methods run on the
 * connection's I/O thread.
 */
public final class SessionWriter {

  private final IoLoop loop;
  private final FrameOutput output;
  private final OutboundQueue queue = new OutboundQueue();
  private final List<FeedDelivery> feeds = new ArrayList<>(4);
  private boolean delivering;
  private boolean deliverAgain;
  private boolean closed;
  private int nextToResume;

  /**
   * Creates a writer with nothing to deliver.
   *
   * @param frameLimiter limits the metric frames that the client receives
   * @param onLimited called each time that the limit holds back metrics
   */
  public SessionWriter(
      Connection connection,
      IoLoop loop,
      Executor workers,
      ServerCounters counters,
      FrameRateLimiter frameLimiter,
      Runnable onLimited) {
    this.loop = loop;
    this.output = new FrameOutput(connection, workers, counters, frameLimiter, onLimited);
  }

  /** Returns the label of the client in the log. Thread-safe. */
  public String peer() {
    return output.peer();
  }

  /** Queues an action, unless it is a message and the queue is full. Thread-safe. */
  public SendResult send(OutboundAction action) {
    SendResult result = queue.add(action);
    if (result == SendResult.QUEUED && !output.onIoThread(this::deliver)) {
      discardQueue();
    }
    return result;
  }

  /** Returns whether so much is queued that no further commands should run. Thread-safe. */
  public boolean isCongested() {
    return queue.isCongested();
  }

  /** Sends as much as the connection accepts now. */
  public void deliver() {
    if (delivering) {
      deliverAgain = true; // a flush made the socket writable, which called this method
      return;
    }
    delivering = true;
    try {
      do {
        deliverAgain = false;
        deliverOnce();
      } while (deliverAgain);
    } catch (RuntimeException | Error e) {
      output.fail(e); // the other clients of this thread must still be served
    } finally {
      delivering = false;
    }
  }

  /**
   * Resumes feeds that the rate limit held back, if the client may receive more by now. Each
   * resumed feed sends the latest value of each series instead of everything that accumulated. Once
   * per second is enough. Each call starts with a different subscription.
   */
  public void resumeLimited() {
    for (int i = 0; i < feeds.size() && output.isWritable(); i++) {
      feeds.get((nextToResume + i) % feeds.size()).resumeIfAllowed();
    }
    nextToResume = feeds.isEmpty() ? 0 : (nextToResume + 1) % feeds.size();
  }

  /** Closes all readers and discards the queue. */
  public void close() {
    closed = true;
    while (!feeds.isEmpty()) {
      remove(feeds.get(feeds.size() - 1));
    }
    discardQueue();
  }

  private void deliverOnce() {
    if (closed) {
      discardQueue();
      return;
    }
    boolean progress = true;
    while (progress && output.isWritable()) {
      progress = runQueue();
      for (int i = feeds.size() - 1; i >= 0 && output.isWritable(); i--) {
        progress |= deliverNext(feeds.get(i));
      }
    }
    output.flush();
  }

  private boolean deliverNext(FeedDelivery feed) {
    boolean progress = feed.deliverNext();
    if (feed.isEnded()) {
      remove(feed);
    }
    return progress;
  }

  /** Runs queued actions in order; returns whether at least one was run. */
  private boolean runQueue() {
    boolean progress = false;
    OutboundAction next;
    while (output.isWritable() && (next = queue.peek()) != null && run(next)) {
      queue.poll();
      progress = true;
    }
    boolean passed = runPassing();
    return progress || passed;
  }

  /** Sends the messages that do not wait for the action at the head of the queue. */
  private boolean runPassing() {
    boolean progress = false;
    OutboundAction.Message next;
    while (output.isWritable() && (next = queue.pollPassing()) != null) {
      run(next);
      progress = true;
    }
    return progress;
  }

  /** Runs an action; returns false if it must wait. */
  private boolean run(OutboundAction action) {
    if (action instanceof OutboundAction.Message message) {
      output.write(message.frames(), 0, message.byteCount(), message.count());
    } else if (action instanceof OutboundAction.Attach attach) {
      attach(attach.reader());
    } else if (action instanceof OutboundAction.Drain drain) {
      return drain(drain.reader());
    } else if (action instanceof OutboundAction.Detach detach) {
      FeedDelivery feed = find(detach.reader());
      if (feed != null) {
        remove(feed);
      }
    }
    return true;
  }

  private void attach(FeedReader reader) {
    loop.joinGroup(reader.feed(), this);
    feeds.add(new FeedDelivery(reader, output, this::deliver));
  }

  private boolean drain(FeedReader reader) {
    FeedDelivery feed = find(reader);
    if (feed == null) {
      return true;
    }
    boolean ended = feed.drain();
    if (ended) {
      remove(feed);
    }
    return ended;
  }

  private @Nullable FeedDelivery find(FeedReader reader) {
    for (FeedDelivery feed : feeds) {
      if (feed.reader() == reader) {
        return feed;
      }
    }
    return null;
  }

  private void remove(FeedDelivery feed) {
    if (feeds.remove(feed)) { // false if the client disconnected during the last step
      FeedReader reader = feed.reader();
      loop.leaveGroup(reader.feed(), this);
      output.close(reader);
    }
  }

  private void discardQueue() {
    OutboundAction action;
    while ((action = queue.poll()) != null) {
      if (action instanceof OutboundAction.Attach attach) {
        output.close(attach.reader());
      }
    }
  }
}
