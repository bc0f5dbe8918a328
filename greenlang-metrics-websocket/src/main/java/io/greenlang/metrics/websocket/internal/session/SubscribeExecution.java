package io.greenlang.metrics.websocket.internal.session;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.channel.ChannelStream;
import io.greenlang.metrics.websocket.auth.Principal;
import io.greenlang.metrics.websocket.internal.delivery.OutboundQueue.SendResult;
import io.greenlang.metrics.websocket.internal.protocol.Command;
import io.greenlang.metrics.websocket.internal.protocol.CommandException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A subscription in progress. Each slice opens one channel; the last one replaces the current
 * readers and sends the answer. If the command does not complete, it closes what it opened.
 */
final class SubscribeExecution implements CommandExecution {

  private final Command.Subscribe command;
  private final Principal principal;
  private final Subscriptions subscriptions;
  private final Iterator<ChannelStream> streams;
  private final Executor executor;
  private final Function<Map<Channel, FeedReader>, SendResult> answer;
  private final Map<Channel, FeedReader> opened = new LinkedHashMap<>();
  private boolean attached;

  /**
   * Begins a subscription.
   *
   * @param streams the channels to open, at least one
   * @param answer sends {@code ServerMessage.Subscribed}, given the opened readers; {@link
   *     CommandHandler} makes it
   */
  SubscribeExecution(
      Command.Subscribe command,
      Principal principal,
      Subscriptions subscriptions,
      List<ChannelStream> streams,
      Executor executor,
      Function<Map<Channel, FeedReader>, SendResult> answer) {
    this.command = command;
    this.principal = principal;
    this.subscriptions = subscriptions;
    this.streams = streams.iterator();
    this.executor = executor;
    this.answer = answer;
  }

  @Override
  public Executor executor() {
    return executor;
  }

  @Override
  public @Nullable SendResult runSlice() throws CommandException {
    ChannelStream stream = streams.next();
    opened.put(stream.channel(), subscriptions.open(command, principal, stream));
    if (streams.hasNext()) {
      return null;
    }
    subscriptions.replace(opened);
    SendResult result = answer.apply(opened);
    subscriptions.attach(opened.values());
    attached = true;
    return result;
  }

  @Override
  public void close() {
    if (!attached) {
      subscriptions.discard(opened);
    }
  }
}
