package io.greenlang.metrics.client.internal;

import io.greenlang.metrics.client.internal.protocol.ServerMessage;
import io.greenlang.metrics.client.internal.protocol.ServerMessage.ConfirmedPosition;
import io.greenlang.metrics.client.internal.protocol.StreamPosition;
import io.greenlang.metrics.client.model.Gap;
import io.greenlang.metrics.client.model.Metric;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The client's position in each subscribed channel. Only the event loop uses it. */
final class Positions {

  private final boolean resume;
  private final Consumer<Gap> onGap;
  private final Map<String, PositionTracker> trackers = new HashMap<>();

  /**
   * The channels that the server delivers. A channel stays while a new subscription for it is being
   * confirmed.
   */
  private final Set<String> active = new HashSet<>();

  /**
   * The channels that lost their connection and await a new confirmation, which reports the gap.
   */
  private final Set<String> disconnected = new HashSet<>();

  private final AtomicLong duplicates = new AtomicLong();

  /**
   * Creates an object without positions.
   *
   * @param resume whether the client requests missed metrics after a reconnect
   */
  Positions(boolean resume, Consumer<Gap> onGap) {
    this.resume = resume;
    this.onGap = onGap;
  }

  /** Returns the number of metrics that replays repeated. Any thread may call it. */
  long duplicates() {
    return duplicates.get();
  }

  void remove(String channel) {
    trackers.remove(channel);
    active.remove(channel);
    disconnected.remove(channel);
  }

  /** Handles a lost connection. */
  void onDisconnected() {
    disconnected.addAll(active);
  }

  boolean isDisconnected(String channel) {
    return disconnected.contains(channel);
  }

  /** Adds the fields that resume these channels to the data of a subscription. */
  void addTo(Map<String, Object> data, Set<String> channels) {
    if (!resume) {
      return;
    }
    data.put("resume", true);
    Map<String, Object> since = new LinkedHashMap<>();
    for (String channel : channels) {
      PositionTracker tracker = trackers.get(channel);
      if (tracker != null && disconnected.contains(channel)) {
        since.put(channel, tracker.resumePosition().toFields());
      }
    }
    if (!since.isEmpty()) {
      data.put("since", since);
    }
  }

  /** Handles the confirmation of a channel's subscription, before any metric of it. */
  void onConfirmed(String channel, @Nullable ConfirmedPosition confirmed) {
    active.add(channel);
    PositionTracker tracker = trackers.get(channel);
    boolean recovered =
        disconnected.contains(channel)
            && confirmed != null
            && confirmed.recovered()
            && tracker != null
            && tracker.resumePosition().epoch().equals(confirmed.position().epoch());
    if (recovered && tracker != null) {
      tracker.startReplay();
    } else if (confirmed != null && resume) {
      trackers.put(channel, new PositionTracker(confirmed.position()));
    } else {
      trackers.remove(channel);
    }
    if (disconnected.remove(channel)) {
      onGap.accept(Gap.afterReconnect(channel, recovered));
    }
  }

  /** Records a frame and returns those of its metrics that are not duplicates. */
  List<Metric> accept(ServerMessage.Metrics frame) {
    PositionTracker tracker = trackers.get(frame.channel());
    if (tracker == null || frame.offset().isEmpty()) {
      return frame.metrics();
    }
    List<Metric> fresh = tracker.accept(frame, frame.offset().getAsLong());
    duplicates.addAndGet(frame.metrics().size() - fresh.size());
    return fresh;
  }

  /** Sets the position of a channel after a loss that the server could not count. */
  void moveTo(String channel, StreamPosition position) {
    if (trackers.containsKey(channel)) {
      trackers.put(channel, new PositionTracker(position));
    }
  }
}
