package io.greenlang.metrics.testkit.model;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.history.HistoryPage;
import io.greenlang.metrics.history.HistoryQuery;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.channel.ChannelStream;
import io.greenlang.metrics.internal.frame.FrameEncoder;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.testkit.ReferenceCodec;
import io.greenlang.metrics.websocket.internal.protocol.Command;
import io.greenlang.metrics.websocket.internal.protocol.CommandException;
import io.greenlang.metrics.websocket.internal.protocol.CommandParser;
import io.greenlang.metrics.websocket.internal.protocol.JsonFrameEncoder;
import io.greenlang.metrics.websocket.internal.protocol.MalformedMessageException;
import io.greenlang.metrics.websocket.internal.protocol.MessageCodec;
import io.greenlang.metrics.websocket.internal.protocol.MessagePackFrameEncoder;
import io.greenlang.metrics.websocket.internal.protocol.ServerMessage;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiPredicate;

/** Commands in the bytes of a client, executed like those of a session. */
final class WireCommands {

  private WireCommands() {}

  /** Subscribes to a channel and returns the reader of the client. */
  static FeedReader subscribe(ChannelStream stream, Encoding encoding, Map<String, Object> data) {
    Command.Subscribe command =
        (Command.Subscribe) parse(encoding, Map.of("type", "subscribe", "data", data));
    Channel channel = stream.channel();
    Subscription subscription =
        new Subscription(
            channel,
            command.tags(),
            command.names(),
            command.interval(),
            command.groupBy(),
            command.format(),
            command.histogramFields(),
            command.resume());
    FrameEncoder encoder =
        command.encoding() == Encoding.JSON
            ? JsonFrameEncoder.INSTANCE
            : MessagePackFrameEncoder.INSTANCE;
    StartPosition start =
        new StartPosition(command.latest(), command.since().get(channel.name()), command.from());
    return stream.open(subscription, encoder, start, null);
  }

  /** Requests a page of history and returns the answer that the client decodes. */
  static Map<String, Object> getHistory(
      ChannelStream stream, Encoding encoding, Map<String, Object> data) {
    Map<String, Object> full = new LinkedHashMap<>(data);
    full.put("channel", stream.channel().name());
    Command.GetHistory command =
        (Command.GetHistory) parse(encoding, Map.of("type", "get_history", "data", full));
    Instant to = Objects.requireNonNull(command.to());
    BiPredicate<String, Tags> filter =
        (name, tags) -> matchesName(command, name) && command.tags().matches(tags);
    HistoryQuery query =
        new HistoryQuery(
            filter,
            command.from().toEpochMilli(),
            to.toEpochMilli(),
            command.interval(),
            command.limit(),
            command.after());
    HistoryPage page = Objects.requireNonNull(stream.find(query));
    ServerMessage answer =
        new ServerMessage.History(
            command.channel(), page, to, command.histogramFields(), null, command.id());
    return ReferenceCodec.read(encoding, MessageCodec.of(encoding).encode(answer.toMap()));
  }

  private static boolean matchesName(Command.GetHistory command, String name) {
    for (NamePattern pattern : command.names()) {
      if (pattern.matches(name)) {
        return true;
      }
    }
    return false;
  }

  private static Command parse(Encoding encoding, Map<String, ?> message) {
    byte[] bytes = ReferenceCodec.write(encoding, message);
    try {
      return CommandParser.parse(MessageCodec.of(encoding).decode(bytes));
    } catch (MalformedMessageException | CommandException e) {
      throw new AssertionError("the server rejected " + message, e);
    }
  }
}
