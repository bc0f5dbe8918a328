package io.greenlang.metrics.client.internal;

import io.greenlang.metrics.client.model.MetricSubscription;
import java.util.ArrayList;
import java.util.List;

/**
 * One call of {@code subscribe}, without the channels that later calls have replaced or removed.
 * Only the event loop uses it.
 */
final class RequestedSubscription {

  private MetricSubscription subscription;
  private List<String> resolvedChannels = List.of();
  private boolean confirmed;
  private long commandNumber;
  private Result<List<String>> result;

  RequestedSubscription(MetricSubscription subscription, Result<List<String>> result) {
    this.subscription = subscription;
    this.result = result;
  }

  /** Returns the part of this subscription that names one channel. */
  RequestedSubscription part(String channel) {
    RequestedSubscription part =
        new RequestedSubscription(subscription.withChannels(List.of(channel)), result);
    part.resolvedChannels = resolvedChannels.contains(channel) ? List.of(channel) : List.of();
    part.confirmed = confirmed;
    part.commandNumber = commandNumber;
    return part;
  }

  MetricSubscription subscription() {
    return subscription;
  }

  List<String> channels() {
    return subscription.channels();
  }

  /** Returns the channels that the server derived; empty until the server confirms. */
  List<String> resolvedChannels() {
    return resolvedChannels;
  }

  /** Returns whether the server has ever confirmed the subscription. */
  boolean isConfirmed() {
    return confirmed;
  }

  void confirm(List<String> channels) {
    resolvedChannels = List.copyOf(channels);
    confirmed = true;
  }

  /** Returns the number of the last command, which all parts of a split subscription share. */
  long commandNumber() {
    return commandNumber;
  }

  void setCommandNumber(long number) {
    commandNumber = number;
  }

  /** Returns the result of the call, which all parts of a split subscription share. */
  Result<List<String>> result() {
    return result;
  }

  void setResult(Result<List<String>> newResult) {
    result = newResult;
  }

  /** Returns whether the subscription names a channel, directly or by pattern. */
  boolean names(String channel) {
    return channels().contains(channel) || resolvedChannels.contains(channel);
  }

  /**
   * Removes names.
   *
   * @return false if no name is left; the subscription is then as it was
   */
  boolean remove(List<String> names) {
    List<String> rest = new ArrayList<>(channels());
    if (rest.removeAll(names) && !rest.isEmpty()) {
      subscription = subscription.withChannels(rest);
    }
    return !rest.isEmpty();
  }
}
