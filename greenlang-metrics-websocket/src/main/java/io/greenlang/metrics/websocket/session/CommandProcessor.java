package io.greenlang.metrics.websocket.session;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.feed.ChannelStream;
import io.greenlang.metrics.feed.Encoding;
import io.greenlang.metrics.feed.FeedCursor;
import io.greenlang.metrics.feed.FrameEncoder;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.websocket.auth.Principal;
import io.greenlang.metrics.websocket.protocol.Command;
import io.greenlang.metrics.websocket.protocol.CommandException;
import io.greenlang.metrics.websocket.protocol.JsonFrameEncoder;
import io.greenlang.metrics.websocket.protocol.MessagePackFrameEncoder;
import io.greenlang.metrics.websocket.protocol.ServerMessage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Carries out one client's commands, one after the other: on the session's strand, off its I/O
 * thread, because opening a cursor takes the channel's lock.
 */
final class CommandProcessor {

  private static final int MAX_SUBSCRIPTIONS = 128;

  private final MetricsHub hub;
  private final Principal principal;
  private final Delivery delivery;
  private final ServerCounters counters;
  private final Map<Channel, FeedCursor> cursors = new TreeMap<>();

  CommandProcessor(
      MetricsHub hub, Principal principal, Delivery delivery, ServerCounters counters) {
    this.hub = hub;
    this.principal = principal;
    this.delivery = delivery;
    this.counters = counters;
  }

  /**
   * Replaces or adds a subscription for each channel. The answer stands between the last frame of
   * what is replaced and the first of what comes.
   */
  boolean subscribe(Command.Subscribe command, Encoding answerIn) throws CommandException {
    List<ChannelStream> streams = resolve(command);
    Map<Channel, FeedCursor> opened = new LinkedHashMap<>();
    for (ChannelStream stream : streams) {
      Channel channel = stream.channel();
      Subscription subscription =
          new Subscription(
              channel,
              command.tags().and(principal.tags()),
              command.names(),
              command.interval(),
              command.groupBy(),
              command.format());
      FeedCursor old = cursors.get(channel);
      opened.put(
          channel, stream.open(subscription, encoder(command.encoding()), command.latest(), old));
    }
    opened.forEach(
        (channel, cursor) -> {
          FeedCursor old = cursors.put(channel, cursor);
          if (old != null) {
            delivery.offer(new Outgoing.Retire(old));
          } else {
            counters.subscriptions.incrementAndGet();
          }
        });
    boolean room =
        answer(new ServerMessage.Subscribed(names(opened.keySet()), command.id()), answerIn);
    opened.values().forEach(cursor -> delivery.offer(new Outgoing.Attach(cursor)));
    return room;
  }

  /**
   * Ends the subscriptions of the channels that are named; those that are not there are ignored.
   */
  boolean unsubscribe(Command.Unsubscribe command, Encoding answerIn) {
    SortedSet<Channel> ended = new TreeSet<>();
    for (Channel channel : List.copyOf(cursors.keySet())) {
      if (command.channels().stream().anyMatch(pattern -> pattern.matches(channel.name()))) {
        ended.add(channel);
      }
    }
    for (Channel channel : ended) {
      FeedCursor cursor = cursors.remove(channel);
      if (cursor != null) {
        counters.subscriptions.decrementAndGet();
        delivery.offer(new Outgoing.Detach(cursor));
      }
    }
    return answer(new ServerMessage.Unsubscribed(names(ended), command.id()), answerIn);
  }

  /** Sends a message; false if the client does not read and there is no more room. */
  boolean answer(ServerMessage message, Encoding encoding) {
    if (message instanceof ServerMessage.ErrorMessage) {
      counters.errors.increment();
    }
    return delivery.offer(new Outgoing.Message(MessageFrames.of(message, encoding), 1));
  }

  /** Forgets everything; the delivery closes the cursors. */
  void end() {
    counters.subscriptions.addAndGet(-cursors.size());
    cursors.clear();
  }

  /** The streams that a command means, in the order of their names. */
  private List<ChannelStream> resolve(Command.Subscribe command) throws CommandException {
    Map<Channel, ChannelStream> streams = new TreeMap<>();
    for (NamePattern pattern : command.channels()) {
      boolean found = false;
      for (Channel channel : visible(pattern)) {
        ChannelStream stream = hub.stream(channel);
        if (stream != null) {
          streams.put(channel, stream);
          found = true;
        }
      }
      if (!found) {
        throw CommandException.unknownChannel(command.id());
      }
    }
    SortedSet<Channel> after = new TreeSet<>(cursors.keySet());
    after.addAll(streams.keySet());
    if (after.size() > MAX_SUBSCRIPTIONS) {
      throw CommandException.badSubscription(
          "at most " + MAX_SUBSCRIPTIONS + " channels", command.id());
    }
    return new ArrayList<>(streams.values());
  }

  private Collection<Channel> visible(NamePattern pattern) {
    Collection<Channel> candidates =
        pattern.isExact() ? List.of(new Channel(pattern.toString())) : hub.channels();
    return candidates.stream()
        .filter(channel -> pattern.matches(channel.name()) && principal.maySee(channel))
        .toList();
  }

  private static List<String> names(Collection<Channel> channels) {
    return channels.stream().map(Channel::name).toList();
  }

  private static FrameEncoder encoder(Encoding encoding) {
    return switch (encoding) {
      case JSON -> JsonFrameEncoder.INSTANCE;
      case MESSAGEPACK -> MessagePackFrameEncoder.INSTANCE;
    };
  }
}
