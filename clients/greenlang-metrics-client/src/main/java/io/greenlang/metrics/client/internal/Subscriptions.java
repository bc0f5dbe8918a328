package io.greenlang.metrics.client.internal;

import io.greenlang.metrics.client.internal.connection.EventLoop;
import io.greenlang.metrics.client.internal.delivery.MetricDispatcher;
import io.greenlang.metrics.client.internal.protocol.Command;
import io.greenlang.metrics.client.internal.protocol.ServerMessage;
import io.greenlang.metrics.client.model.ErrorCode;
import io.greenlang.metrics.client.model.MetricSubscription;
import io.greenlang.metrics.client.model.MetricsClientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * The requested subscriptions, with or without a connection. Only the event loop uses it, except
 * for {@link #list}.
 *
 * <p>The application bounds it: there is at most one subscription for each name that it requests.
 */
final class Subscriptions {

  private static final Duration RETRY_DELAY = Duration.ofSeconds(5);

  private final EventLoop loop;
  private final Commands commands;
  private final Positions positions;
  private final Executor executor;
  private final Consumer<MetricsClientException> onError;

  /**
   * The subscriptions in the order of the calls. On the server a later one for the same channel
   * wins, so the order is kept.
   */
  private List<RequestedSubscription> requested = new ArrayList<>();

  /**
   * The same for any thread. It is up to date before a result of a call is settled, so that the
   * application sees the effect of the call.
   */
  private volatile List<MetricSubscription> listed = List.of();

  private EventLoop.Timer retryTimer = () -> {};
  private long lastCommandNumber;
  private boolean connected;

  /**
   * Creates an empty list.
   *
   * @param executor completes the results of calls
   * @param onError receives each rejection, because an application can ignore the result of a call
   */
  Subscriptions(
      EventLoop loop,
      Commands commands,
      Positions positions,
      Executor executor,
      Consumer<MetricsClientException> onError) {
    this.loop = loop;
    this.commands = commands;
    this.positions = positions;
    this.executor = executor;
    this.onError = onError;
  }

  /** Returns the requested subscriptions, without names that later calls replaced. Any thread. */
  List<MetricSubscription> list() {
    return listed;
  }

  private void updateList() {
    listed = requested.stream().map(RequestedSubscription::subscription).toList();
  }

  /**
   * Requests a subscription, unless the same one is in place.
   *
   * @return completes with the channels when the server confirms
   */
  CompletableFuture<List<String>> add(MetricSubscription subscription) {
    for (RequestedSubscription each : requested) {
      if (covers(each, subscription)) {
        return each.result().future();
      }
    }
    removeChannels(subscription.channels());
    RequestedSubscription added = new RequestedSubscription(subscription, new Result<>(executor));
    requested.add(added);
    updateList();
    if (connected) {
      send(added);
    }
    return added.result().future();
  }

  private boolean covers(RequestedSubscription existing, MetricSubscription subscription) {
    return existing.subscription().options().equals(subscription.options())
        && subscription.channels().stream()
            .allMatch(name -> existing.channels().contains(name) && governs(existing, name));
  }

  /** Ends subscriptions; completes when the server confirms. */
  CompletableFuture<Void> remove(List<String> channels) {
    splitByChannel(channels);
    removeChannels(channels);
    channels.forEach(positions::remove);
    Result<Void> result = new Result<>(executor);
    if (connected) {
      commands.send(
          Command.unsubscribe(channels),
          ServerMessage.Unsubscribed.class,
          reply -> done(result),
          error -> {
            if (error.code() == ErrorCode.CONNECTION) {
              done(result);
            } else {
              result.reject(error);
            }
          });
    } else {
      done(result); // without a connection the server has no subscriptions
    }
    return result.future();
  }

  @SuppressWarnings("NullAway") // null is the only value of Void
  private static void done(Result<Void> result) {
    result.resolve(null);
  }

  /** Handles a lost connection. From here on, the client may miss metrics. */
  void pause() {
    connected = false;
    retryTimer.cancel();
    positions.onDisconnected();
  }

  /** Sends all subscriptions on a new connection, which has none yet. */
  void resume() {
    connected = true;
    List.copyOf(requested).forEach(this::send);
  }

  /**
   * Rejects the calls that await a confirmation. The subscriptions stay for a later connection of a
   * client that failed.
   */
  void close(MetricsClientException error) {
    Map<Result<List<String>>, Result<List<String>>> replaced = new HashMap<>();
    for (RequestedSubscription each : requested) {
      if (!each.result().isSettled()) {
        each.setResult(replaced.computeIfAbsent(each.result(), old -> new Result<>(executor)));
      }
    }
    replaced.keySet().forEach(result -> result.reject(error));
  }

  private void send(RequestedSubscription subscription) {
    long number = ++lastCommandNumber;
    subscription.setCommandNumber(number);
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("channels", subscription.channels());
    data.putAll(subscription.subscription().options());
    Set<String> channels = new LinkedHashSet<>(subscription.resolvedChannels());
    channels.addAll(subscription.channels());
    channels.removeIf(channel -> !governs(subscription, channel));
    positions.addTo(data, channels);
    commands.send(
        Command.subscribe(data),
        ServerMessage.Subscribed.class,
        reply -> affectedBy(number).forEach(each -> onConfirmed(each, reply)),
        error -> onRejected(affectedBy(number), error));
  }

  private List<RequestedSubscription> affectedBy(long number) {
    return requested.stream().filter(each -> each.commandNumber() == number).toList();
  }

  private void onConfirmed(RequestedSubscription subscription, ServerMessage.Subscribed reply) {
    subscription.confirm(
        reply.channels().stream()
            .filter(
                channel ->
                    subscription.channels().stream()
                        .anyMatch(name -> MetricDispatcher.matches(name, channel)))
            .toList());
    subscription.resolvedChannels().stream()
        .filter(channel -> governs(subscription, channel))
        .forEach(channel -> positions.onConfirmed(channel, reply.positions().get(channel)));
    resolveIfConfirmed(subscription.result());
  }

  /** Resolves a call once every part of it is confirmed, replaced or removed. */
  private void resolveIfConfirmed(Result<List<String>> result) {
    List<RequestedSubscription> parts =
        requested.stream().filter(each -> each.result() == result).toList();
    if (!result.isSettled() && parts.stream().allMatch(RequestedSubscription::isConfirmed)) {
      result.resolve(
          parts.stream().flatMap(each -> each.resolvedChannels().stream()).distinct().toList());
    }
  }

  /** Tests for the last subscription that names a channel. That one wins, on the server too. */
  private boolean governs(RequestedSubscription subscription, String channel) {
    for (int i = requested.size() - 1; i >= 0; i--) {
      RequestedSubscription each = requested.get(i);
      if (each == subscription || each.names(channel)) {
        return each == subscription;
      }
    }
    return false;
  }

  /** Handles the rejection of a command for the parts of one call. */
  private void onRejected(List<RequestedSubscription> parts, MetricsClientException error) {
    if (parts.isEmpty() || error.code() == ErrorCode.CONNECTION) {
      return; // the next connection repeats the command
    }
    onError.accept(error);
    Result<List<String>> result = parts.get(0).result();
    if (error.code() == ErrorCode.TIMEOUT || error.code() == ErrorCode.RATE_LIMITED) {
      retryLater(error);
    } else if (!result.isSettled()) {
      requested.removeAll(parts);
      updateList();
      result.reject(error);
    } else {
      // The server accepted this subscription before. After a restart a channel may not exist yet.
      // It must not delay the others.
      splitByChannel(parts.stream().flatMap(each -> each.channels().stream()).toList());
      retryLater(error);
    }
  }

  private void retryLater(MetricsClientException error) {
    retryTimer.cancel();
    Duration delay =
        error.retryAfter().filter(wait -> wait.compareTo(RETRY_DELAY) > 0).orElse(RETRY_DELAY);
    long jitter = (long) (loop.random() * RETRY_DELAY.toNanos());
    retryTimer =
        loop.schedule(
            delay.plusNanos(jitter),
            () ->
                List.copyOf(requested).stream()
                    .filter(each -> !isInPlace(each))
                    .forEach(this::send));
  }

  private boolean isInPlace(RequestedSubscription subscription) {
    return !subscription.resolvedChannels().isEmpty()
        && subscription.resolvedChannels().stream().noneMatch(positions::isDisconnected);
  }

  /** Removes channels from earlier calls. */
  private void removeChannels(List<String> channels) {
    List<RequestedSubscription> emptied =
        requested.stream().filter(each -> !each.remove(channels)).toList();
    requested.removeAll(emptied);
    updateList();
    emptied.forEach(each -> resolveIfConfirmed(each.result()));
  }

  /** Splits patterns and lists that name one of these channels into one part per channel. */
  private void splitByChannel(List<String> channels) {
    List<RequestedSubscription> split = new ArrayList<>();
    for (RequestedSubscription each : requested) {
      if (needsSplit(each, channels)) {
        List<String> parts =
            each.resolvedChannels().isEmpty() ? each.channels() : each.resolvedChannels();
        parts.forEach(channel -> split.add(each.part(channel)));
      } else {
        split.add(each);
      }
    }
    requested = split;
    updateList();
  }

  private static boolean needsSplit(RequestedSubscription each, List<String> channels) {
    boolean byPattern =
        each.resolvedChannels().stream()
            .anyMatch(channel -> channels.contains(channel) && !each.channels().contains(channel));
    return byPattern
        || (each.channels().size() > 1 && each.channels().stream().anyMatch(channels::contains));
  }
}
