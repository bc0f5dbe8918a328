package io.greenlang.metrics.websocket.internal.session;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.channel.ChannelStream;
import io.greenlang.metrics.internal.channel.OpeningWork;
import io.greenlang.metrics.subscription.StartResult;
import io.greenlang.metrics.websocket.auth.Principal;
import io.greenlang.metrics.websocket.internal.delivery.OutboundQueue.SendResult;
import io.greenlang.metrics.websocket.internal.delivery.SessionWriter;
import io.greenlang.metrics.websocket.internal.protocol.Command;
import io.greenlang.metrics.websocket.internal.protocol.CommandException;
import io.greenlang.metrics.websocket.internal.protocol.ServerMessage;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The handler of one client's commands, which executes them one at a time and answers each. Short
 * commands are executed at once; the others run in slices. It runs on the session's {@link
 * SerialExecutor} and not on the I/O thread, because a command may block.
 */
final class CommandHandler {

  private final MetricsHub hub;
  private final TokenValidator tokens;
  private final String peer;
  private final KeepAlive keepAlive;
  private final MessageSender messages;
  private final Subscriptions subscriptions;
  private final SessionContext.TaskQueues queues;
  private final Budget budget;

  /** The client's identity according to its latest token. Written by the command executor. */
  private volatile Principal principal;

  /**
   * Creates a handler of a client without subscriptions.
   *
   * @param subject the subject, to which the client's distinct views count
   */
  CommandHandler(
      SessionContext context,
      Principal principal,
      Budget budget,
      SessionWriter writer,
      MessageSender messages,
      KeepAlive keepAlive,
      String subject) {
    this.hub = context.hub();
    this.tokens = context.tokens();
    this.peer = writer.peer();
    this.queues = context.queues();
    this.principal = principal;
    this.budget = budget;
    this.messages = messages;
    this.keepAlive = keepAlive;
    this.subscriptions = new Subscriptions(hub, writer, context.counters(), subject);
  }

  /**
   * Begins a command. The answer is sent when the execution is complete.
   *
   * @param encoding the encoding of the command, and therefore of the answer
   * @throws CommandException if the command is rejected; it had no effect
   */
  CommandExecution begin(Command command, Encoding encoding) throws CommandException {
    if (command instanceof Command.Subscribe subscribe) {
      return subscribe(subscribe, encoding);
    }
    if (command instanceof Command.GetHistory history) {
      return HistoryExecution.begin(
          history,
          hub,
          principal,
          queues.history(),
          budget,
          answer -> messages.send(answer, encoding));
    }
    if (command instanceof Command.RefreshToken refresh) {
      return new TokenRefresh(
          refresh,
          token -> tokens.validate(token, peer),
          queues.commands(),
          renewed -> renew(renewed, refresh.id(), encoding));
    }
    return CommandExecution.completed(queues.commands(), execute(command, encoding));
  }

  /** Executes a short command, and returns whether the answer was queued. */
  private SendResult execute(Command command, Encoding encoding) {
    if (command instanceof Command.Unsubscribe unsubscribe) {
      return unsubscribe(unsubscribe, encoding);
    }
    return SendResult.QUEUED; // a pong has no answer, and its arrival was recorded
  }

  /** Ends all subscriptions, because the client has disconnected. */
  void close() {
    subscriptions.clear();
  }

  /**
   * Adds or replaces a subscription for each channel. The client receives the answer after the last
   * frame of the replaced subscriptions and before the first frame of the new ones.
   */
  private CommandExecution subscribe(Command.Subscribe command, Encoding encoding)
      throws CommandException {
    List<ChannelStream> streams = subscriptions.resolve(command, principal);
    OpeningWork expected = subscriptions.expectedWork(command, principal, streams);
    SubscriptionPrice price = new SubscriptionPrice(command, streams.size(), expected);
    if (!CommandPrice.startsInHistory(command)) {
      budget.charge(price.beforehand(), command.id());
      return subscribe(command, streams, encoding, queues.commands(), price);
    }
    Budget.Reservation reservation = budget.beginReplay(price.beforehand(), command.id());
    CommandExecution begun = null;
    try {
      begun =
          new CommandExecution.Reserved(
              subscribe(command, streams, encoding, queues.catchUps(), price), reservation);
      return begun;
    } finally {
      if (begun == null) {
        reservation.close();
      }
    }
  }

  private SubscribeExecution subscribe(
      Command.Subscribe command,
      List<ChannelStream> streams,
      Encoding encoding,
      Executor executor,
      SubscriptionPrice price) {
    return new SubscribeExecution(
        command,
        principal,
        subscriptions,
        streams,
        executor,
        (opened, work) -> {
          budget.settle(price.beforehand(), price.of(work));
          SendResult result = messages.send(subscribed(command, opened), encoding);
          messages.encodeNoticesAs(command.encoding());
          return result;
        });
  }

  /**
   * Creates the answer. It contains stream positions if the client has resumed or requested {@code
   * resume}.
   */
  private static ServerMessage subscribed(
      Command.Subscribe command, Map<Channel, FeedReader> opened) {
    Map<String, StartResult> startResults = null;
    if (command.resume() || CommandPrice.startsInHistory(command)) {
      startResults = new LinkedHashMap<>();
      for (Map.Entry<Channel, FeedReader> entry : opened.entrySet()) {
        startResults.put(entry.getKey().name(), entry.getValue().startResult());
      }
    }
    return new ServerMessage.Subscribed(names(opened.keySet()), startResults, command.id());
  }

  /** Returns the client's identity according to its latest token. Any thread. */
  Principal principal() {
    return principal;
  }

  /** Ends the subscriptions of all matching channels; other channels are ignored. */
  private SendResult unsubscribe(Command.Unsubscribe command, Encoding encoding) {
    SortedSet<Channel> removed =
        subscriptions.remove(
            channel ->
                command.channels().stream().anyMatch(pattern -> pattern.matches(channel.name())));
    return messages.send(new ServerMessage.Unsubscribed(names(removed), command.id()), encoding);
  }

  /**
   * Replaces the token with a new one of the same subject. Subscriptions that the new token does
   * not allow end at once; additional permissions apply to later commands only.
   */
  private SendResult renew(@Nullable Principal renewed, @Nullable String id, Encoding encoding)
      throws CommandException {
    if (renewed == null || !renewed.subject().equals(principal.subject())) {
      throw CommandException.unauthorized(id);
    }
    principal = renewed;
    List<String> hidden = names(subscriptions.remove(channel -> !renewed.canSee(channel)));
    subscriptions.restrictTo(renewed);
    keepAlive.renewToken(renewed.expiresAt());
    SendResult result =
        messages.send(new ServerMessage.TokenRefreshed(renewed.expiresAt(), id), encoding);
    return hidden.isEmpty()
        ? result
        : messages.sendNotice(new ServerMessage.ChannelsHidden(hidden));
  }

  private static List<String> names(Collection<Channel> channels) {
    return channels.stream().map(Channel::name).toList();
  }
}
