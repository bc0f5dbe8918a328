package io.greenlang.metrics.testkit.model;

import static io.greenlang.metrics.testkit.model.ReceivedMessages.require;

import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.subscription.StartResult;
import io.greenlang.metrics.subscription.StreamPosition;
import io.greenlang.metrics.testkit.FramePayloads;
import io.greenlang.metrics.testkit.ReferenceCodec;
import io.greenlang.metrics.testkit.client.ColumnarDecoder;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A client that reads at its own pace, disconnects, and resumes from its position at any instance.
 * It records the decoded messages. Used by one thread.
 */
final class WireClient {

  private final View view;
  private final FramePayloads payloads;
  private final List<Map<String, Object>> messages = new ArrayList<>();

  /** The number of messages up to the client's position; it discards others when it resumes. */
  private int committed;

  private StreamPosition position;

  /** Decodes the messages of the current subscription. */
  private ColumnarDecoder columns = new ColumnarDecoder();

  private @Nullable FeedReader reader;

  /** The offset from which the client resumed first; the maximum if it has not resumed. */
  private long firstResumedFrom = Long.MAX_VALUE;

  /** Whether the client has not yet received the replay that it requested. */
  private boolean replaying;

  private WireClient(View view, StreamPosition position) {
    this.view = view;
    this.payloads = new FramePayloads(view.encoding());
    this.position = position;
  }

  /** Subscribes a new client, with further fields of the command. */
  static WireClient open(View view, ModelInstance instance, Map<String, ?> start) {
    WireClient client = new WireClient(view, new StreamPosition("", 0));
    client.position = client.subscribe(instance, start).position();
    return client;
  }

  private StartResult subscribe(ModelInstance instance, Map<String, ?> start) {
    Map<String, Object> data = view.subscriptionData();
    data.putAll(start);
    FeedReader opened = WireCommands.subscribe(instance.stream(), view.encoding(), data);
    reader = opened;
    columns = new ColumnarDecoder();
    // There are no live metrics yet, so this reads nothing.
    replaying = opened.poll(payloads) == FeedReader.Progress.CATCH_UP_REQUIRED;
    return opened.startResult();
  }

  View view() {
    return view;
  }

  StreamPosition position() {
    return position;
  }

  long firstResumedFrom() {
    return firstResumedFrom;
  }

  boolean isConnected() {
    return reader != null;
  }

  /** Returns whether the server could fulfill the requested start; null if none was requested. */
  @Nullable Boolean recovered() {
    return Objects.requireNonNull(reader).startResult().recovered();
  }

  List<Map<String, Object>> messages() {
    return messages;
  }

  /** Adjusts the record after the given number of first messages was removed from it. */
  void discard(int count) {
    committed = Math.max(0, committed - count);
  }

  /** Resumes from the client's position. */
  void resume(ModelInstance instance) {
    firstResumedFrom = Math.min(firstResumedFrom, position.offset());
    Map<String, Object> since = Map.of("epoch", position.epoch(), "offset", position.offset());
    StartResult result = subscribe(instance, Map.of("since", Map.of(view.channel(), since)));
    require(
        Boolean.TRUE.equals(result.recovered()) && result.position().equals(position),
        "%s: resuming from %s was answered with %s",
        view,
        position,
        result);
  }

  /** Loses the connection, and all messages after the client's position. */
  void disconnect() {
    FeedReader current = reader;
    if (current != null && view.resume()) {
      current.close();
      reader = null;
      messages.subList(committed, messages.size()).clear();
    }
  }

  /** Reads a part of the available messages. */
  void readSome(Random random) {
    for (int steps = random.nextInt(4); steps > 0; steps--) {
      readOnce(1 + random.nextInt(8));
    }
  }

  /** Reads until nothing more is available. */
  void readAll() {
    while (readOnce(Integer.MAX_VALUE)) {
      // each call records what it reads
    }
  }

  private boolean readOnce(int maxFrames) {
    FeedReader current = reader;
    if (current == null) {
      return false;
    }
    FeedReader.Progress progress = current.poll(payloads, maxFrames);
    if (progress == FeedReader.Progress.CATCH_UP_REQUIRED) {
      catchUp(current, Math.max(2, maxFrames));
    }
    record();
    return progress != FeedReader.Progress.NONE;
  }

  /**
   * Reads a part of a replay, or all that replaces missed metrics: the model does not know the time
   * at which the server computes the next part of it.
   */
  private void catchUp(FeedReader current, int maxFrames) {
    if (replaying) {
      replaying = current.catchUp(payloads, maxFrames);
      return;
    }
    while (current.catchUp(payloads)) {
      // the payloads are collected
    }
  }

  private Map<String, Object> decode(byte[] payload) {
    Map<String, Object> message = ReferenceCodec.read(view.encoding(), payload);
    return message.containsKey("columns")
        ? ReferenceCodec.normalize(columns.toBatch(message))
        : message;
  }

  private void record() {
    int positionIndex = messages.size();
    boolean lagged = false;
    for (byte[] payload : payloads.drain()) {
      Map<String, Object> message = decode(payload);
      lagged |= "lagged".equals(message.get("type"));
      messages.add(message);
    }
    if (!lagged || view.interval() != null) {
      positionIndex = messages.size();
    }
    Object offset = messages.isEmpty() ? null : messages.get(messages.size() - 1).get("offset");
    if (offset instanceof BigInteger number && number.longValueExact() > position.offset()) {
      // After a notice of lag, the offset of the latest values is the position before the notice.
      position = new StreamPosition(position.epoch(), number.longValueExact());
      committed = positionIndex;
    }
  }
}
