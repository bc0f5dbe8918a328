package io.greenlang.metrics.websocket.internal.session;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.channel.ChannelStream;
import io.greenlang.metrics.internal.channel.HubStreams;
import io.greenlang.metrics.internal.channel.OpeningWork;
import io.greenlang.metrics.internal.feed.ViewLimits;
import io.greenlang.metrics.internal.frame.FrameEncoder;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.websocket.auth.Principal;
import io.greenlang.metrics.websocket.internal.delivery.OutboundAction;
import io.greenlang.metrics.websocket.internal.delivery.ServerCounters;
import io.greenlang.metrics.websocket.internal.delivery.SessionWriter;
import io.greenlang.metrics.websocket.internal.protocol.Command;
import io.greenlang.metrics.websocket.internal.protocol.CommandException;
import io.greenlang.metrics.websocket.internal.protocol.JsonFrameEncoder;
import io.greenlang.metrics.websocket.internal.protocol.MessagePackFrameEncoder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The subscriptions of one client, at most one per channel. Opening a reader takes the channel's
 * lock, so no method runs on the I/O thread. One thread at a time.
 */
final class Subscriptions {

  private static final int MAX_SUBSCRIPTIONS = 128;

  private final MetricsHub hub;
  private final SessionWriter writer;
  private final ServerCounters counters;
  private final String subject;
  private final Map<Channel, FeedReader> readers = new TreeMap<>();

  /**
   * Creates the subscriptions of a client that has none.
   *
   * @param subject the subject, to which the client's distinct views count
   */
  Subscriptions(MetricsHub hub, SessionWriter writer, ServerCounters counters, String subject) {
    this.hub = hub;
    this.subject = subject;
    this.writer = writer;
    this.counters = counters;
  }

  /**
   * Begins to open a reader for each channel, which starts where the channel's current reader ends.
   * {@link #replace} and then {@link #attach} make the readers the current ones; {@link #discard}
   * closes them.
   *
   * @return an opening for each stream, which must be closed unless it is complete
   * @throws CommandException if the subject or a channel has too many distinct views
   */
  Deque<ViewOpening> begin(
      Command.Subscribe command, Principal principal, List<ChannelStream> streams)
      throws CommandException {
    List<ViewLimits.View> views = new ArrayList<>(streams.size());
    for (ChannelStream stream : streams) {
      Subscription view = subscription(command, stream.channel(), principal);
      views.add(new ViewLimits.View(view, command.encoding()));
    }
    Deque<ViewOpening> openings = new ArrayDeque<>(views.size());
    ViewReservation.reserve(subject, streams, views, command.id());
    try {
      for (int i = 0; i < views.size(); i++) {
        openings.add(begin(command, streams.get(i), views.get(i)));
      }
    } finally {
      if (openings.size() < views.size()) { // there was no memory
        views.forEach(view -> streams.get(0).viewLimits().unreserve(subject, view));
      }
    }
    return openings;
  }

  private ViewOpening begin(Command.Subscribe command, ChannelStream stream, ViewLimits.View view) {
    Channel channel = stream.channel();
    StartPosition start =
        new StartPosition(command.latest(), command.since().get(channel.name()), command.from());
    return new ViewOpening(
        stream.beginOpening(
            view.subscription(), encoder(command.encoding()), start, readers.get(channel), subject),
        new ViewOpening.Steps() {
          @Override
          public void onOpened(FeedReader reader) {
            Subscriptions.this.onOpened(stream, reader, command.metadata());
          }

          @Override
          public void close(FeedReader reader) {
            counters.closeReader(reader);
          }

          @Override
          public void unreserve() {
            stream.viewLimits().unreserve(subject, view);
          }
        });
  }

  /** Completes an opened view. If that fails, the reader is closed. */
  private void onOpened(ChannelStream stream, FeedReader reader, boolean metadata) {
    counters.openReader(reader);
    boolean completed = false;
    try {
      if (metadata) {
        stream.addMetadata(reader);
      }
      if (reader.feed().subscription().groupBy() != null) {
        stream.viewLimits().expectGroups(subject, reader.feed(), stream.seriesCount());
      }
      completed = true;
    } finally {
      if (!completed) {
        counters.closeReader(reader);
      }
    }
  }

  /** Returns the work to expect of opening the views of a command. */
  OpeningWork expectedWork(
      Command.Subscribe command, Principal principal, List<ChannelStream> streams) {
    OpeningWork work = OpeningWork.NONE;
    for (ChannelStream stream : streams) {
      work = work.plus(stream.expectedWork(subscription(command, stream.channel(), principal)));
    }
    return work;
  }

  /** Replaces the current readers of channels. Delivery begins with {@link #attach}. */
  void replace(Map<Channel, FeedReader> opened) {
    opened.forEach(this::replace);
  }

  /** Closes opened readers whose delivery did not begin. */
  void discard(Map<Channel, FeedReader> opened) {
    opened.forEach(
        (channel, reader) -> {
          if (readers.remove(channel, reader)) {
            counters.addSubscriptions(-1);
          }
          counters.closeReader(reader);
        });
  }

  /** Starts the delivery of opened readers. */
  void attach(Collection<FeedReader> opened) {
    opened.forEach(reader -> writer.send(new OutboundAction.Attach(reader)));
  }

  /** Ends the subscriptions to all matching channels, and returns these channels. */
  SortedSet<Channel> remove(Predicate<Channel> filter) {
    SortedSet<Channel> removed = new TreeSet<>();
    for (Channel channel : readers.keySet()) {
      if (filter.test(channel)) {
        removed.add(channel);
      }
    }
    removed.forEach(this::detach);
    return removed;
  }

  /** Narrows the subscriptions to the metrics that the client can see with a new token. */
  void restrictTo(Principal principal) {
    Map.copyOf(readers).forEach((channel, reader) -> restrict(channel, reader, principal));
  }

  /** Clears all subscriptions; the delivery closes their readers. */
  void clear() {
    counters.addSubscriptions(-readers.size());
    readers.clear();
  }

  private static Subscription subscription(
      Command.Subscribe command, Channel channel, Principal principal) {
    return new Subscription(
        channel,
        command.tags().intersect(principal.tags()),
        command.names(),
        command.interval(),
        command.groupBy(),
        command.format(),
        command.histogramFields(),
        command.resume());
  }

  private void replace(Channel channel, FeedReader opened) {
    FeedReader replaced = readers.put(channel, opened);
    if (replaced != null) {
      writer.send(new OutboundAction.Drain(replaced));
    } else {
      counters.addSubscriptions(1);
    }
  }

  private void detach(Channel channel) {
    FeedReader removed = readers.remove(channel);
    if (removed != null) {
      counters.addSubscriptions(-1);
      writer.send(new OutboundAction.Detach(removed));
    }
  }

  private void restrict(Channel channel, FeedReader reader, Principal principal) {
    ChannelStream stream = HubStreams.find(hub, channel);
    Subscription current = reader.feed().subscription();
    Subscription restricted = current.withTags(current.tags().intersect(principal.tags()));
    if (stream != null && !restricted.equals(current)) {
      FeedReader opened =
          stream.open(
              restricted,
              reader.feed().encoder(),
              StartPosition.NOW,
              readers.get(channel),
              subject);
      onOpened(stream, opened, reader.metadata() != null);
      boolean attached = false;
      try {
        replace(channel, opened);
        attach(List.of(opened));
        attached = true;
      } finally {
        if (!attached) {
          discard(Map.of(channel, opened));
        }
      }
    }
  }

  /**
   * Returns the streams that a command selects, in the order of their names.
   *
   * @throws CommandException if a channel is unknown to the client, or there are too many
   */
  List<ChannelStream> resolve(Command.Subscribe command, Principal principal)
      throws CommandException {
    Map<Channel, ChannelStream> streams = new TreeMap<>();
    for (NamePattern pattern : command.channels()) {
      if (!addStreams(pattern, principal, streams)) {
        throw CommandException.unknownChannel(command.id());
      }
    }
    SortedSet<Channel> subscribed = new TreeSet<>(readers.keySet());
    subscribed.addAll(streams.keySet());
    if (subscribed.size() > MAX_SUBSCRIPTIONS) {
      throw CommandException.badSubscription(
          "at most " + MAX_SUBSCRIPTIONS + " channels", command.id());
    }
    return new ArrayList<>(streams.values());
  }

  /** Adds the visible streams that match a pattern; returns whether there is one. */
  private boolean addStreams(
      NamePattern pattern, Principal principal, Map<Channel, ChannelStream> streams) {
    Collection<Channel> candidates =
        pattern.isExact() ? List.of(new Channel(pattern.toString())) : hub.channels();
    boolean found = false;
    for (Channel channel : candidates) {
      if (pattern.matches(channel.name()) && principal.canSee(channel)) {
        ChannelStream stream = HubStreams.find(hub, channel);
        if (stream != null) {
          streams.put(channel, stream);
          found = true;
        }
      }
    }
    return found;
  }

  private static FrameEncoder encoder(Encoding encoding) {
    return switch (encoding) {
      case JSON -> JsonFrameEncoder.INSTANCE;
      case MESSAGEPACK -> MessagePackFrameEncoder.INSTANCE;
    };
  }
}
