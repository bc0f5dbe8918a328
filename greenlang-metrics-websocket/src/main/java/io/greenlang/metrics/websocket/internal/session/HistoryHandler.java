package io.greenlang.metrics.websocket.internal.session;

import io.greenlang.metrics.Tags;
import io.greenlang.metrics.history.HistoryPage;
import io.greenlang.metrics.history.HistoryQuery;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.internal.channel.ChannelStream;
import io.greenlang.metrics.internal.channel.HubStreams;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.TagFilter;
import io.greenlang.metrics.websocket.auth.Principal;
import io.greenlang.metrics.websocket.internal.protocol.Command;
import io.greenlang.metrics.websocket.internal.protocol.CommandException;
import io.greenlang.metrics.websocket.internal.protocol.ServerMessage;
import java.time.Instant;
import java.util.function.BiPredicate;

/**
 * Answers requests for history, restricted to the metrics that the client can see. It may block, so
 * it must not run on an I/O thread.
 */
final class HistoryHandler {

  private HistoryHandler() {}

  static ServerMessage handle(Command.GetHistory command, MetricsHub hub, Principal principal)
      throws CommandException {
    ChannelStream stream =
        principal.canSee(command.channel()) ? HubStreams.find(hub, command.channel()) : null;
    if (stream == null) {
      throw CommandException.unknownChannel(command.id());
    }
    Instant requestedTo = command.to();
    Instant to =
        requestedTo == null ? Instant.ofEpochMilli(hub.clock().wallTimeMillis()) : requestedTo;
    HistoryPage page = stream.find(query(command, to, principal));
    if (page == null) {
      throw CommandException.noHistory(command.id());
    }
    return new ServerMessage.History(
        command.channel(), page, to, command.histogramFields(), command.id());
  }

  private static HistoryQuery query(Command.GetHistory command, Instant to, Principal principal) {
    TagFilter tags = command.tags().intersect(principal.tags());
    BiPredicate<String, Tags> filter =
        (name, metricTags) -> matchesName(command, name) && tags.matches(metricTags);
    return new HistoryQuery(
        filter,
        command.from().toEpochMilli(),
        to.toEpochMilli(),
        command.interval(),
        command.limit(),
        command.after());
  }

  private static boolean matchesName(Command.GetHistory command, String name) {
    for (NamePattern pattern : command.names()) {
      if (pattern.matches(name)) {
        return true;
      }
    }
    return false;
  }
}
