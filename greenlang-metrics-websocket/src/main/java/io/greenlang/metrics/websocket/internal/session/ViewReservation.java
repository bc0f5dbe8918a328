package io.greenlang.metrics.websocket.internal.session;

import io.greenlang.metrics.internal.channel.ChannelStream;
import io.greenlang.metrics.internal.feed.ViewLimits;
import io.greenlang.metrics.websocket.internal.protocol.CommandException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The reservation of all views of a subscription before one of them is opened. The client's current
 * reader of a channel ends where the new one begins, so a subscription that has opened a reader
 * cannot be rejected any more.
 */
final class ViewReservation {

  private ViewReservation() {}

  /**
   * Reserves the views for a subject. {@link ViewLimits#unreserve} must follow for each.
   *
   * @param streams the channels, at least one
   * @param views the view of each channel
   * @param id the id of the command, or null
   * @throws CommandException if the subject or a channel has too many distinct views; none is
   *     reserved
   */
  static void reserve(
      String subject, List<ChannelStream> streams, List<ViewLimits.View> views, @Nullable String id)
      throws CommandException {
    ViewLimits limits = streams.get(0).viewLimits();
    long groups = 0;
    for (int i = 0; i < views.size(); i++) {
      requireViewOfChannel(streams.get(i), id);
      if (!limits.allowsGroups(subject, views.get(i).subscription(), groups)) {
        throw CommandException.tooManyViews(
            "at most " + ViewLimits.GROUPS_PER_SUBJECT + " groups of a subject", id);
      }
      if (views.get(i).subscription().groupBy() != null) {
        groups += streams.get(i).seriesCount();
      }
    }
    if (!limits.tryReserve(subject, views)) {
      throw CommandException.tooManyViews(
          "at most " + limits.perSubject() + " distinct views of a subject", id);
    }
  }

  private static void requireViewOfChannel(ChannelStream stream, @Nullable String id)
      throws CommandException {
    if (stream.feedCount() >= ViewLimits.PER_CHANNEL) {
      throw CommandException.tooManyViews(
          "at most " + ViewLimits.PER_CHANNEL + " distinct views of a channel", id);
    }
  }
}
