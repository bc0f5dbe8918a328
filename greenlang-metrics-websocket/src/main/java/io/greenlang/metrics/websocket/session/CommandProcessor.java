package io.greenlang.metrics.websocket.session;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.feed.ChannelStream;
import io.greenlang.metrics.feed.Encoding;
import io.greenlang.metrics.feed.FeedCursor;
import io.greenlang.metrics.feed.FrameEncoder;
import io.greenlang.metrics.feed.Opening;
import io.greenlang.metrics.feed.Start;
import io.greenlang.metrics.history.HistoryPage;
import io.greenlang.metrics.history.HistoryQuery;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.subscription.TagFilter;
import io.greenlang.metrics.websocket.auth.Principal;
import io.greenlang.metrics.websocket.auth.TokenCheck;
import io.greenlang.metrics.websocket.protocol.Command;
import io.greenlang.metrics.websocket.protocol.CommandException;
import io.greenlang.metrics.websocket.protocol.JsonFrameEncoder;
import io.greenlang.metrics.websocket.protocol.MessagePackFrameEncoder;
import io.greenlang.metrics.websocket.protocol.ServerMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Carries out one client's commands, one after the other: on the session's strand, off its I/O
 * thread, because opening a cursor takes the channel's lock.
 */
final class CommandProcessor {

  private static final int MAX_SUBSCRIPTIONS = 128;

  private final MetricsHub hub;
  private final TokenCheck tokens;
  private final Delivery delivery;
  private final ServerCounters counters;
  private final Map<Channel, Held> held = new TreeMap<>();

  /** Who the client is by its newest token. */
  private Principal principal;

  /** What the client has of a channel. */
  private record Held(
      ChannelStream stream, Subscription subscription, FrameEncoder encoder, FeedCursor cursor) {}

  CommandProcessor(SessionContext context, Principal principal, Delivery delivery) {
    this.hub = context.hub();
    this.tokens = context.tokens();
    this.counters = context.counters();
    this.principal = principal;
    this.delivery = delivery;
  }

  /**
   * Replaces or adds a subscription for each channel. The answer stands between the last frame of
   * what is replaced and the first of what comes.
   */
  boolean subscribe(Command.Subscribe command, Encoding answerIn) throws CommandException {
    List<ChannelStream> streams = resolve(command);
    Map<Channel, Held> opened = new LinkedHashMap<>();
    for (ChannelStream stream : streams) {
      Channel channel = stream.channel();
      Subscription subscription =
          new Subscription(
              channel,
              command.tags().and(principal.tags()),
              command.names(),
              command.interval(),
              command.groupBy(),
              command.format(),
              command.resume());
      FrameEncoder encoder = encoder(command.encoding());
      opened.put(channel, open(stream, subscription, encoder, start(command, channel)));
    }
    opened.forEach(this::replace);
    boolean room = answer(subscribed(command, opened), answerIn);
    opened.values().forEach(each -> delivery.offer(new Outgoing.Attach(each.cursor())));
    return room;
  }

  private static Start start(Command.Subscribe command, Channel channel) {
    return new Start(command.latest(), command.since().get(channel.name()), command.from());
  }

  /** Who means to come back, or has come back, is told where it stands. */
  private static ServerMessage subscribed(Command.Subscribe command, Map<Channel, Held> opened) {
    Map<String, Opening> openings = null;
    if (command.resume() || !command.since().isEmpty() || command.from() != null) {
      openings = new LinkedHashMap<>();
      for (Map.Entry<Channel, Held> each : opened.entrySet()) {
        openings.put(each.getKey().name(), each.getValue().cursor().opening());
      }
    }
    return new ServerMessage.Subscribed(names(opened.keySet()), openings, command.id());
  }

  /** Answers with a page of a channel's past. One at a time for a client, like all its commands. */
  boolean history(Command.GetHistory command, Encoding answerIn) throws CommandException {
    ChannelStream stream =
        principal.maySee(command.channel()) ? hub.stream(command.channel()) : null;
    if (stream == null) {
      throw CommandException.unknownChannel(command.id());
    }
    Instant to =
        command.to() == null ? Instant.ofEpochMilli(hub.clock().wallMillis()) : command.to();
    TagFilter tags = command.tags().and(principal.tags());
    HistoryPage page =
        stream.find(
            new HistoryQuery(
                (name, itsTags) -> matches(command.names(), name) && tags.matches(itsTags),
                command.from().toEpochMilli(),
                to.toEpochMilli(),
                command.interval(),
                command.limit(),
                command.after()));
    if (page == null) {
      throw CommandException.noHistory(command.id());
    }
    return answer(new ServerMessage.History(command.channel(), page, to, command.id()), answerIn);
  }

  private static boolean matches(Collection<NamePattern> patterns, String name) {
    return patterns.stream().anyMatch(pattern -> pattern.matches(name));
  }

  /** Opens a place in a feed, from where the client's place on the same channel ends. */
  private Held open(
      ChannelStream stream, Subscription subscription, FrameEncoder encoder, Start start) {
    Held old = held.get(stream.channel());
    FeedCursor cursor =
        stream.open(subscription, encoder, start, old == null ? null : old.cursor());
    counters.ledger.open(cursor);
    return new Held(stream, subscription, encoder, cursor);
  }

  private void replace(Channel channel, Held opened) {
    Held old = held.put(channel, opened);
    if (old != null) {
      delivery.offer(new Outgoing.Retire(old.cursor()));
    } else {
      counters.subscriptions.incrementAndGet();
    }
  }

  /**
   * Ends the subscriptions of the channels that are named; those that are not there are ignored.
   */
  boolean unsubscribe(Command.Unsubscribe command, Encoding answerIn) {
    SortedSet<Channel> ended = new TreeSet<>();
    for (Channel channel : held.keySet()) {
      if (command.channels().stream().anyMatch(pattern -> pattern.matches(channel.name()))) {
        ended.add(channel);
      }
    }
    ended.forEach(this::detach);
    return answer(new ServerMessage.Unsubscribed(names(ended), command.id()), answerIn);
  }

  private void detach(Channel channel) {
    Held ended = held.remove(channel);
    if (ended != null) {
      counters.subscriptions.decrementAndGet();
      delivery.offer(new Outgoing.Detach(ended.cursor()));
    }
  }

  /**
   * Takes a new token of the same subject. What it hides of the subscriptions ends at once; what it
   * shows beyond the old one is for later commands.
   *
   * @return the channels whose subscriptions have ended
   */
  List<String> refresh(Command.RefreshToken command) throws CommandException {
    Principal renewed = tokens.check(command.token());
    if (renewed == null || !renewed.subject().equals(principal.subject())) {
      throw CommandException.unauthorized(command.id());
    }
    principal = renewed;
    SortedSet<Channel> hidden = new TreeSet<>();
    for (Channel channel : held.keySet()) {
      if (!principal.maySee(channel)) {
        hidden.add(channel);
      }
    }
    hidden.forEach(this::detach);
    List.copyOf(held.values()).forEach(this::narrow);
    return names(hidden);
  }

  private void narrow(Held wide) {
    Subscription before = wide.subscription();
    Subscription after = before.withTags(before.tags().and(principal.tags()));
    if (!after.equals(before)) {
      Held narrow = open(wide.stream(), after, wide.encoder(), Start.NOW);
      replace(wide.stream().channel(), narrow);
      delivery.offer(new Outgoing.Attach(narrow.cursor()));
    }
  }

  /** When the client's token runs out; null for never. */
  @Nullable Instant tokenExpiresAt() {
    return principal.expiresAt();
  }

  /** Sends a message; false if the client does not read and there is no more room. */
  boolean answer(ServerMessage message, Encoding encoding) {
    if (message instanceof ServerMessage.ErrorMessage
        || message instanceof ServerMessage.ChannelsHidden) {
      counters.errors.increment();
    }
    return delivery.offer(new Outgoing.Message(MessageFrames.of(message, encoding), 1));
  }

  /** Forgets everything; the delivery closes the cursors. */
  void end() {
    counters.subscriptions.addAndGet(-held.size());
    held.clear();
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
    SortedSet<Channel> after = new TreeSet<>(held.keySet());
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
