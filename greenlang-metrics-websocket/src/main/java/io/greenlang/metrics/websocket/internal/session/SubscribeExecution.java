package io.greenlang.metrics.websocket.internal.session;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.channel.ChannelStream;
import io.greenlang.metrics.internal.channel.OpeningWork;
import io.greenlang.metrics.websocket.auth.Principal;
import io.greenlang.metrics.websocket.internal.delivery.OutboundQueue.SendResult;
import io.greenlang.metrics.websocket.internal.protocol.Command;
import io.greenlang.metrics.websocket.internal.protocol.CommandException;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A subscription in progress. Each slice opens one channel, or a part of its series; the last one
 * replaces the current readers and sends the answer. If the command does not complete, it closes
 * what it opened. It is rejected before it opens a reader or not at all, because a reader ends the
 * one that it replaces.
 */
final class SubscribeExecution implements CommandExecution {

  private final Command.Subscribe command;
  private final Principal principal;
  private final Subscriptions subscriptions;
  private final List<ChannelStream> streams;
  private final Executor executor;
  private final BiFunction<Map<Channel, FeedReader>, OpeningWork, SendResult> answer;
  private final Map<Channel, FeedReader> opened = new LinkedHashMap<>();

  /** The views to open, of which the first may be open in part; null before the first slice. */
  private @Nullable Deque<ViewOpening> remaining;

  private OpeningWork work = OpeningWork.NONE;
  private boolean attached;

  /**
   * Begins a subscription.
   *
   * @param streams the channels to open, at least one
   * @param answer sends {@code ServerMessage.Subscribed}, given the opened readers and the work of
   *     opening them; {@link CommandHandler} makes it
   */
  SubscribeExecution(
      Command.Subscribe command,
      Principal principal,
      Subscriptions subscriptions,
      List<ChannelStream> streams,
      Executor executor,
      BiFunction<Map<Channel, FeedReader>, OpeningWork, SendResult> answer) {
    this.command = command;
    this.principal = principal;
    this.subscriptions = subscriptions;
    this.streams = streams;
    this.executor = executor;
    this.answer = answer;
  }

  @Override
  public Executor executor() {
    return executor;
  }

  @Override
  public @Nullable SendResult runSlice() throws CommandException {
    Deque<ViewOpening> openings = remaining;
    if (openings == null) {
      openings = subscriptions.begin(command, principal, streams);
      remaining = openings;
    }
    ViewOpening current = openings.getFirst();
    if (!current.advance()) {
      return null;
    }
    FeedReader reader = current.reader();
    opened.put(reader.feed().subscription().channel(), reader);
    openings.removeFirst();
    work = work.plus(current.work());
    if (!openings.isEmpty()) {
      return null;
    }
    subscriptions.replace(opened);
    SendResult result = answer.apply(opened, work);
    subscriptions.attach(opened.values());
    attached = true;
    return result;
  }

  @Override
  public void close() {
    try {
      closeRemaining();
    } finally {
      if (!attached) {
        subscriptions.discard(opened);
      }
    }
  }

  /** Closes each view, even if that fails for others. */
  private void closeRemaining() {
    ViewOpening next = remaining == null ? null : remaining.poll();
    if (next != null) {
      try {
        next.close();
      } finally {
        closeRemaining();
      }
    }
  }
}
