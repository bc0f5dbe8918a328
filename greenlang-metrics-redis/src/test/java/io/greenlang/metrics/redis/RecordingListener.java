package io.greenlang.metrics.redis;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.broker.BrokerListener;
import io.greenlang.metrics.broker.ChannelLog;
import io.greenlang.metrics.broker.Gap;
import io.greenlang.metrics.broker.Publication;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A receiver that records everything the broker delivers, and every breach of the receiver's
 * contract: an offset that does not follow, a time that goes back, a channel that was not opened.
 */
public class RecordingListener implements BrokerListener {

  private static final class Page {
    String epoch = "";
    long offset;
    long millis = Long.MIN_VALUE;
    final List<Publication> restored = new ArrayList<>();
    final List<Publication> publications = new ArrayList<>();
    final List<Gap> interruptions = new ArrayList<>();
    final Map<Long, byte[]> windows = new TreeMap<>();
  }

  private final Map<Channel, Page> pages = new ConcurrentHashMap<>();
  private final List<String> breaches = new ArrayList<>();
  private volatile @Nullable Interval windowInterval;

  /** Reads the windows of this interval when a channel is opened. */
  public RecordingListener withWindows(Interval interval) {
    windowInterval = interval;
    return this;
  }

  @Override
  public void onChannelOpened(Channel channel, ChannelLog log) {
    Page page = new Page();
    page.epoch = log.epoch();
    page.offset = log.offset();
    log.forEachPublication(page.restored::add);
    Interval interval = windowInterval;
    if (interval != null) {
      log.forEachWindow(interval, page.windows::put);
    }
    synchronized (this) {
      if (pages.put(channel, page) != null) {
        breaches.add(channel + " opened twice");
      }
    }
  }

  @Override
  public synchronized void onPublication(Publication publication) {
    Page page = pages.get(publication.channel());
    if (page == null) {
      breaches.add(publication.channel() + " not opened");
      return;
    }
    if (!publication.epoch().equals(page.epoch) || publication.offset() != page.offset + 1) {
      breaches.add(
          publication.channel()
              + ": "
              + publication.epoch()
              + ":"
              + publication.offset()
              + " after "
              + page.epoch
              + ":"
              + page.offset);
    }
    if (publication.logMillis() < page.millis) {
      breaches.add(publication.channel() + ": time goes back at " + publication.offset());
    }
    page.epoch = publication.epoch();
    page.offset = publication.offset();
    page.millis = publication.logMillis();
    page.publications.add(publication);
  }

  @Override
  public synchronized void onGap(Gap interruption) {
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

  /** Returns the publications delivered on a channel so far. */
  synchronized List<Publication> publications(Channel channel) {
    Page page = pages.get(channel);
    return page == null ? List.of() : List.copyOf(page.publications);
  }

  /** Returns the history of the channel at its opening. */
  synchronized List<Publication> restored(Channel channel) {
    Page page = pages.get(channel);
    return page == null ? List.of() : List.copyOf(page.restored);
  }

  public synchronized Map<Long, byte[]> windows(Channel channel) {
    Page page = pages.get(channel);
    return page == null ? Map.of() : new TreeMap<>(page.windows);
  }

  public synchronized List<Gap> interruptions(Channel channel) {
    Page page = pages.get(channel);
    return page == null ? List.of() : List.copyOf(page.interruptions);
  }

  /** Returns the breaches of the contract. */
  public synchronized List<String> breaches() {
    return List.copyOf(breaches);
  }

  /** Returns the values of all delivered metrics, in order. */
  public List<Double> values(Channel channel) {
    return publications(channel).stream()
        .flatMap(publication -> publication.metrics().stream())
        .map(Metric::value)
        .toList();
  }

  /** Returns the current epoch of the channel. */
  public synchronized String epoch(Channel channel) {
    Page page = pages.get(channel);
    return page == null ? "" : page.epoch;
  }
}
