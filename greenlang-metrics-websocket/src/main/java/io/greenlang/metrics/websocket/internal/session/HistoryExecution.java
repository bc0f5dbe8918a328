package io.greenlang.metrics.websocket.internal.session;

import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.history.HistoryPage;
import io.greenlang.metrics.history.HistoryPoint;
import io.greenlang.metrics.history.HistoryQuery;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.internal.channel.ChannelStream;
import io.greenlang.metrics.internal.channel.HistoryScan;
import io.greenlang.metrics.internal.channel.HubStreams;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.TagFilter;
import io.greenlang.metrics.websocket.auth.Principal;
import io.greenlang.metrics.websocket.internal.delivery.OutboundQueue.SendResult;
import io.greenlang.metrics.websocket.internal.protocol.Command;
import io.greenlang.metrics.websocket.internal.protocol.CommandException;
import io.greenlang.metrics.websocket.internal.protocol.ServerMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A request for history in progress, restricted to the metrics that the client can see. It begins
 * with the price of a full page and settles the price of the work done.
 */
final class HistoryExecution implements CommandExecution {

  private final Command.GetHistory command;
  private final ChannelStream stream;
  private final Instant to;
  private final HistoryQuery query;
  private final Executor executor;
  private final Budget.Reservation reservation;
  private final Function<ServerMessage, SendResult> answer;
  private @Nullable HistoryScan scan;
  private int slices;

  /** The comparisons of a pattern with the name of a series so far. */
  private long comparisons;

  /** Begins a request; no work is done before the first slice. */
  private HistoryExecution(
      Command.GetHistory command,
      ChannelStream stream,
      Instant to,
      TagFilter tags,
      Executor executor,
      Budget.Reservation reservation,
      Function<ServerMessage, SendResult> answer) {
    this.command = command;
    this.stream = stream;
    this.to = to;
    this.query = query(tags);
    this.executor = executor;
    this.reservation = reservation;
    this.answer = answer;
  }

  /**
   * Begins a request, and reserves its price.
   *
   * @param answer sends the answer
   * @throws CommandException if the client cannot see the channel, or has no budget left
   */
  static HistoryExecution begin(
      Command.GetHistory command,
      MetricsHub hub,
      Principal principal,
      Executor executor,
      Budget budget,
      Function<ServerMessage, SendResult> answer)
      throws CommandException {
    ChannelStream stream =
        principal.canSee(command.channel()) ? HubStreams.find(hub, command.channel()) : null;
    if (stream == null) {
      throw CommandException.unknownChannel(command.id());
    }
    Instant requestedTo = command.to();
    Instant to =
        requestedTo == null ? Instant.ofEpochMilli(hub.clock().wallTimeMillis()) : requestedTo;
    TagFilter tags = command.tags().intersect(principal.tags());
    Budget.Reservation reservation =
        budget.beginHistory(CommandPrice.ofHistoryRequest(command.limit()), command.id());
    HistoryExecution begun = null;
    try {
      begun = new HistoryExecution(command, stream, to, tags, executor, reservation, answer);
      return begun;
    } finally {
      if (begun == null) {
        reservation.close();
      }
    }
  }

  @Override
  public Executor executor() {
    return executor;
  }

  @Override
  public @Nullable SendResult runSlice() throws CommandException {
    HistoryScan current = scan;
    slices++;
    if (current == null) {
      scan = stream.scan(query);
      if (scan == null) {
        throw CommandException.noHistory(command.id());
      }
      return null;
    }
    if (!current.isComplete()) {
      current.advance();
      return null;
    }
    HistoryPage page = current.page();
    reservation.settle(CommandPrice.ofHistoryPage(page.points().size(), slices, comparisons));
    return answer.apply(
        new ServerMessage.History(
            command.channel(),
            page,
            to,
            command.histogramFields(),
            command.metadata() ? metadata(page) : null,
            command.id()));
  }

  private List<MetricDescription> metadata(HistoryPage page) {
    List<MetricDescription> metadata = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (HistoryPoint point : page.points()) {
      MetricDescription description =
          names.add(point.name()) ? stream.metadata().find(point.name()) : null;
      if (description != null) {
        metadata.add(description);
      }
    }
    return metadata;
  }

  @Override
  public void close() {
    reservation.close();
  }

  private HistoryQuery query(TagFilter tags) {
    BiPredicate<String, Tags> filter =
        (name, metricTags) -> matchesName(name) && tags.matches(metricTags);
    return new HistoryQuery(
        filter,
        command.from().toEpochMilli(),
        to.toEpochMilli(),
        command.interval(),
        command.limit(),
        command.after());
  }

  private boolean matchesName(String name) {
    for (NamePattern pattern : command.names()) {
      comparisons++;
      if (pattern.matches(name)) {
        return true;
      }
    }
    return false;
  }
}
