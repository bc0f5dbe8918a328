package io.greenlang.metrics.websocket.internal.session;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.channel.ChannelStream;
import io.greenlang.metrics.internal.channel.HubStreams;
import io.greenlang.metrics.internal.frame.FrameEncoder;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.StartResult;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.websocket.auth.Principal;
import io.greenlang.metrics.websocket.internal.delivery.MessageFrames;
import io.greenlang.metrics.websocket.internal.delivery.OutboundAction;
import io.greenlang.metrics.websocket.internal.delivery.ServerCounters;
import io.greenlang.metrics.websocket.internal.delivery.SessionWriter;
import io.greenlang.metrics.websocket.internal.protocol.Command;
import io.greenlang.metrics.websocket.internal.protocol.CommandException;
import io.greenlang.metrics.websocket.internal.protocol.JsonFrameEncoder;
import io.greenlang.metrics.websocket.internal.protocol.MessagePackFrameEncoder;
import io.greenlang.metrics.websocket.internal.protocol.ServerMessage;
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
 * The executor of one client's commands, one at a time. It runs on the session's strand and not on
 * the I/O thread, because opening a cursor takes the channel's lock.
 */
final class CommandHandler {

  private static final int MAX_SUBSCRIPTIONS = 128;

  private final MetricsHub hub;
  private final TokenValidator tokens;
  private final SessionWriter writer;
  private final ServerCounters counters;
  private final Map<Channel, FeedReader> cursors = new TreeMap<>();

  /** The client's identity according to its latest token. */
  private Principal principal;

  CommandHandler(SessionContext context, Principal principal, SessionWriter writer) {
    this.hub = context.hub();
    this.tokens = context.tokens();
    this.counters = context.counters();
    this.principal = principal;
    this.writer = writer;
  }

  /**
   * Adds or replaces a subscription for each channel. The client receives the answer after the last
   * frame of the replaced subscriptions and before the first frame of the new ones.
   */
  boolean subscribe(Command.Subscribe command, Encoding answerEncoding) throws CommandException {
    List<ChannelStream> streams = resolve(command);
    Map<Channel, FeedReader> opened = new LinkedHashMap<>();
    for (ChannelStream stream : streams) {
      Channel channel = stream.channel();
      Subscription subscription =
          new Subscription(
              channel,
              command.tags().intersect(principal.tags()),
              command.names(),
              command.interval(),
              command.groupBy(),
              command.format(),
              command.resume());
      FrameEncoder encoder = encoder(command.encoding());
      opened.put(channel, open(stream, subscription, encoder, start(command, channel)));
    }
    opened.forEach(this::replace);
    boolean accepted = send(subscribedMessage(command, opened), answerEncoding);
    opened.values().forEach(cursor -> writer.offer(new OutboundAction.Attach(cursor)));
    return accepted;
  }

  private static StartPosition start(Command.Subscribe command, Channel channel) {
    return new StartPosition(command.latest(), command.since().get(channel.name()), command.from());
  }

  /**
   * Creates the answer. It contains stream positions if the client has resumed or wants to be able
   * to.
   */
  private static ServerMessage subscribedMessage(
      Command.Subscribe command, Map<Channel, FeedReader> opened) {
    Map<String, StartResult> openings = null;
    if (command.resume() || !command.since().isEmpty() || command.from() != null) {
      openings = new LinkedHashMap<>();
      for (Map.Entry<Channel, FeedReader> entry : opened.entrySet()) {
        openings.put(entry.getKey().name(), entry.getValue().startResult());
      }
    }
    return new ServerMessage.Subscribed(names(opened.keySet()), openings, command.id());
  }

  /**
   * Answers with one page of a channel's history. A client has one request at a time in progress,
   * as for all commands.
   */
  boolean getHistory(Command.GetHistory command, Encoding answerEncoding) throws CommandException {
    return send(HistoryHandler.handle(command, hub, principal), answerEncoding);
  }

  /** Opens a cursor that starts where the client's current cursor on the same channel ends. */
  private FeedReader open(
      ChannelStream stream, Subscription subscription, FrameEncoder encoder, StartPosition start) {
    FeedReader cursor = stream.open(subscription, encoder, start, cursors.get(stream.channel()));
    counters.ledger.open(cursor);
    return cursor;
  }

  private void replace(Channel channel, FeedReader opened) {
    FeedReader replaced = cursors.put(channel, opened);
    if (replaced != null) {
      writer.offer(new OutboundAction.Drain(replaced));
    } else {
      counters.subscriptions.incrementAndGet();
    }
  }

  /** Ends the subscriptions of all matching channels; other channels are ignored. */
  boolean unsubscribe(Command.Unsubscribe command, Encoding answerEncoding) {
    SortedSet<Channel> removed = new TreeSet<>();
    for (Channel channel : cursors.keySet()) {
      if (command.channels().stream().anyMatch(pattern -> pattern.matches(channel.name()))) {
        removed.add(channel);
      }
    }
    removed.forEach(this::detach);
    return send(new ServerMessage.Unsubscribed(names(removed), command.id()), answerEncoding);
  }

  private void detach(Channel channel) {
    FeedReader removed = cursors.remove(channel);
    if (removed != null) {
      counters.subscriptions.decrementAndGet();
      writer.offer(new OutboundAction.Detach(removed));
    }
  }

  /**
   * Replaces the token with a new one of the same subject. Subscriptions that the new token does
   * not allow end at once; additional permissions apply to later commands only.
   *
   * @return the channels whose subscriptions have ended
   */
  List<String> refreshToken(Command.RefreshToken command) throws CommandException {
    Principal renewed = tokens.validate(command.token());
    if (renewed == null || !renewed.subject().equals(principal.subject())) {
      throw CommandException.unauthorized(command.id());
    }
    principal = renewed;
    SortedSet<Channel> hidden = new TreeSet<>();
    for (Channel channel : cursors.keySet()) {
      if (!principal.canSee(channel)) {
        hidden.add(channel);
      }
    }
    hidden.forEach(this::detach);
    Map.copyOf(cursors).forEach(this::narrow);
    return names(hidden);
  }

  private void narrow(Channel channel, FeedReader oldCursor) {
    ChannelStream stream = HubStreams.find(hub, channel);
    Subscription oldSubscription = oldCursor.feed().subscription();
    Subscription newSubscription =
        oldSubscription.withTags(oldSubscription.tags().intersect(principal.tags()));
    if (stream != null && !newSubscription.equals(oldSubscription)) {
      FeedReader newCursor =
          open(stream, newSubscription, oldCursor.feed().encoder(), StartPosition.NOW);
      replace(channel, newCursor);
      writer.offer(new OutboundAction.Attach(newCursor));
    }
  }

  /** Returns the time at which the client's token expires; null if it does not expire. */
  @Nullable Instant tokenExpiresAt() {
    return principal.expiresAt();
  }

  /** Queues a message; returns false if the client does not read and the queue is full. */
  boolean send(ServerMessage message, Encoding encoding) {
    if (message instanceof ServerMessage.ErrorMessage
        || message instanceof ServerMessage.ChannelsHidden) {
      counters.errors.increment();
    }
    return writer.offer(new OutboundAction.Message(MessageFrames.of(message, encoding), 1));
  }

  /** Clears all subscriptions; the delivery closes their cursors. */
  void close() {
    counters.subscriptions.addAndGet(-cursors.size());
    cursors.clear();
  }

  /** Returns the streams that a command selects, in the order of their names. */
  private List<ChannelStream> resolve(Command.Subscribe command) throws CommandException {
    Map<Channel, ChannelStream> streams = new TreeMap<>();
    for (NamePattern pattern : command.channels()) {
      boolean found = false;
      for (Channel channel : visible(pattern)) {
        ChannelStream stream = HubStreams.find(hub, channel);
        if (stream != null) {
          streams.put(channel, stream);
          found = true;
        }
      }
      if (!found) {
        throw CommandException.unknownChannel(command.id());
      }
    }
    SortedSet<Channel> allSubscribed = new TreeSet<>(cursors.keySet());
    allSubscribed.addAll(streams.keySet());
    if (allSubscribed.size() > MAX_SUBSCRIPTIONS) {
      throw CommandException.badSubscription(
          "at most " + MAX_SUBSCRIPTIONS + " channels", command.id());
    }
    return new ArrayList<>(streams.values());
  }

  private Collection<Channel> visible(NamePattern pattern) {
    Collection<Channel> candidates =
        pattern.isExact() ? List.of(new Channel(pattern.toString())) : hub.channels();
    return candidates.stream()
        .filter(channel -> pattern.matches(channel.name()) && principal.canSee(channel))
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
