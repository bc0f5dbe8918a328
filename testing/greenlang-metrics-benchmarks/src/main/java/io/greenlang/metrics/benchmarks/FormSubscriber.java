package io.greenlang.metrics.benchmarks;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.frame.FrameSink;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.channel.HubStreams;
import io.greenlang.metrics.subscription.StartPosition;
import java.util.List;
import java.util.Objects;

/** A hub without history, with one subscriber to a {@link MessageForm}. Not thread-safe. */
final class FormSubscriber implements AutoCloseable {

  private final MetricsHub hub = MetricsHub.builder().retention(Retention.NONE).build();
  private final FrameSink sink;
  private final FeedReader reader;

  /**
   * Subscribes to the publications of {@link ReplayedHosts}.
   *
   * @param sink receives the frames
   */
  FormSubscriber(MessageForm form, FrameSink sink) {
    this.sink = sink;
    hub.addChannel(ReplayedHosts.CHANNEL.name());
    this.reader =
        Objects.requireNonNull(HubStreams.find(hub, ReplayedHosts.CHANNEL))
            .open(form.view(), form.encoder(), StartPosition.NOW, null);
  }

  /** Publishes metrics, and delivers their frames. */
  void publish(List<Metric> metrics) {
    hub.publish(metrics);
    while (reader.poll(sink) == FeedReader.Progress.FRAMES) {
      // the sink takes them
    }
  }

  @Override
  public void close() {
    reader.close();
    hub.close();
  }
}
