package io.greenlang.metrics.redis;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.broker.BrokerReceiver;
import io.greenlang.metrics.broker.ChannelLog;
import io.greenlang.metrics.broker.Interruption;
import io.greenlang.metrics.broker.Publication;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes down what a broker delivers, and what of it breaks the receiver's contract: a number that
 * does not follow, a time that goes back, a channel that was not opened.
 */
class Journal implements BrokerReceiver {

  private static final class Page {
    String epoch = "";
    long offset;
    long millis = Long.MIN_VALUE;
    final List<Publication> restored = new ArrayList<>();
    final List<Publication> publications = new ArrayList<>();
    final List<Interruption> interruptions = new ArrayList<>();
    final Map<Long, byte[]> windows = new TreeMap<>();
  }

  private final Map<Channel, Page> pages = new ConcurrentHashMap<>();
  private final List<String> breaches = new ArrayList<>();
  private volatile @Nullable Interval windowsOf;

  /** Has the windows of a length read when a channel is opened. */
  Journal reading(Interval interval) {
    windowsOf = interval;
    return this;
  }

  @Override
  public void open(Channel channel, ChannelLog log) {
    Page page = new Page();
    page.epoch = log.epoch();
    page.offset = log.offset();
    log.publications(page.restored::add);
    Interval interval = windowsOf;
    if (interval != null) {
      log.windows(interval, page.windows::put);
    }
    synchronized (this) {
      if (pages.put(channel, page) != null) {
        breaches.add(channel + " opened twice");
      }
    }
  }

  @Override
  public synchronized void accept(Publication next) {
    Page page = pages.get(next.channel());
    if (page == null) {
      breaches.add(next.channel() + " not opened");
      return;
    }
    if (!next.epoch().equals(page.epoch) || next.offset() != page.offset + 1) {
      breaches.add(
          next.channel()
              + ": "
              + next.epoch()
              + ":"
              + next.offset()
              + " behind "
              + page.epoch
              + ":"
              + page.offset);
    }
    if (next.logMillis() < page.millis) {
      breaches.add(next.channel() + ": time goes back at " + next.offset());
    }
    page.epoch = next.epoch();
    page.offset = next.offset();
    page.millis = next.logMillis();
    page.publications.add(next);
  }

  @Override
  public synchronized void interrupt(Interruption interruption) {
    Page page = pages.get(interruption.channel());
    if (page == null) {
      breaches.add(interruption.channel() + " not opened");
      return;
    }
    page.epoch = interruption.epoch();
    page.offset = interruption.offset();
    page.millis = Long.MIN_VALUE;
    page.interruptions.add(interruption);
  }

  boolean isOpen(Channel channel) {
    return pages.containsKey(channel);
  }

  /** What was delivered on a channel so far. */
  synchronized List<Publication> publications(Channel channel) {
    Page page = pages.get(channel);
    return page == null ? List.of() : List.copyOf(page.publications);
  }

  /** What there was when the channel was opened. */
  synchronized List<Publication> restored(Channel channel) {
    Page page = pages.get(channel);
    return page == null ? List.of() : List.copyOf(page.restored);
  }

  synchronized Map<Long, byte[]> windows(Channel channel) {
    Page page = pages.get(channel);
    return page == null ? Map.of() : new TreeMap<>(page.windows);
  }

  synchronized List<Interruption> interruptions(Channel channel) {
    Page page = pages.get(channel);
    return page == null ? List.of() : List.copyOf(page.interruptions);
  }

  /** What breaks the contract. */
  synchronized List<String> breaches() {
    return List.copyOf(breaches);
  }

  /** The values of all metrics that were delivered, in order. */
  List<Double> values(Channel channel) {
    return publications(channel).stream()
        .flatMap(publication -> publication.metrics().stream())
        .map(Metric::value)
        .toList();
  }

  /** The epoch that the channel is in. */
  synchronized String epoch(Channel channel) {
    Page page = pages.get(channel);
    return page == null ? "" : page.epoch;
  }
}
