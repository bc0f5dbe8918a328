package io.greenlang.metrics.prometheus.internal.exposition;

import io.greenlang.metrics.websocket.ServerStats;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.Map;
import java.util.TreeMap;

/** The statistics of a server as metric families, whose names begin with {@code greenlang_}. */
public final class ServerSnapshots {

  static final String PREFIX = "greenlang_metrics_";

  private final MetricSnapshots.Builder snapshots = MetricSnapshots.builder();

  private ServerSnapshots() {}

  /** Returns the families of a server's statistics, and those of further counts. */
  public static MetricSnapshots of(ServerStats stats, ObservedCounts further) {
    ServerSnapshots result = new ServerSnapshots();
    result.addConnections(stats);
    result.addDelivery(stats);
    result.addHub(stats);
    result.addBroker(stats);
    further.addTo(result.snapshots);
    return result.snapshots.build();
  }

  private void addConnections(ServerStats stats) {
    gauge("clients", "Connected clients", stats.connectedClients());
    gauge("subscriptions", "Subscriptions", stats.totalSubscriptions());
    counter("sent_frames", "Frames handed to sockets", stats.framesOut());
    bytes("sent_bytes", "Bytes of these frames", stats.bytesOut());
    counter("received_messages", "Messages of clients", stats.messagesIn());
    counter(
        "dropped_messages",
        "Messages of clients that a rate limit dropped",
        stats.messagesDropped());
    counter("refused_connections", "Rejected clients", stats.connectionsRefused());
    counter("errors", "Error messages sent, and failures of the authenticator", stats.errors());
  }

  private void addDelivery(ServerStats stats) {
    counter("delivered_samples", "Samples delivered to subscriptions", stats.metrics().delivered());
    counter(
        "merged_samples",
        "Samples replaced by a later one for slow clients",
        stats.metrics().merged());
    counter("dropped_samples", "Samples that clients missed", stats.metrics().dropped());
    counter(
        "lapped_cursors",
        "Times that a slow client received latest values instead",
        stats.hub().lappedCursors());
  }

  private void addHub(ServerStats stats) {
    counter("publications", "Publications received", stats.hub().publications());
    counter("published_samples", "Samples of these publications", stats.hub().metrics());
    counter(
        "over_limit_samples",
        "Samples dropped because their channel reached its limit of series",
        stats.hub().dropped());
    counter(
        "over_limit_observations",
        "Observations dropped because their channel reached its limit of histograms",
        stats.hub().droppedObservations());
    counter(
        "history_evicted_samples",
        "Samples and windows evicted from the history, to free memory or because they expired",
        stats.hub().historyEvicted());
    counter(
        "aggregator_failures",
        "Times that an aggregator failed, was too slow or was missing",
        stats.hub().aggregatorFailures());
    gauge("channels", "Channels", stats.hub().channels());
    gauge("views", "Distinct views of all subscriptions", stats.hub().feeds());
    gauge("series", "Series of all channels", stats.hub().series());
    snapshots.metricSnapshot(
        GaugeSnapshot.builder()
            .name(PREFIX + "history_bytes")
            .help("Memory of the history")
            .unit(Unit.BYTES)
            .dataPoint(point((double) stats.hub().historyBytes(), Labels.EMPTY))
            .build());
  }

  private void addBroker(ServerStats stats) {
    gauge(
        "broker_up",
        "1 while the broker connects all instances, 0 while it has a problem",
        stats.broker().problem() == null ? 1 : 0);
    gauge("active_instances", "Active instances", stats.broker().activeInstances());
    gauge(
        "known_instances",
        "Active instances and those that stopped responding",
        stats.broker().knownInstances());
    Map<String, Double> health = new TreeMap<>(stats.broker().health());
    GaugeSnapshot.Builder family =
        GaugeSnapshot.builder()
            .name(PREFIX + "broker_health")
            .help("Metrics of the broker itself, by name");
    health.forEach((name, value) -> family.dataPoint(point(value, Labels.of("name", name))));
    if (!health.isEmpty()) {
      snapshots.metricSnapshot(family.build());
    }
  }

  private void gauge(String name, String help, double value) {
    snapshots.metricSnapshot(
        GaugeSnapshot.builder()
            .name(PREFIX + name)
            .help(help)
            .dataPoint(point(value, Labels.EMPTY))
            .build());
  }

  private static GaugeDataPointSnapshot point(double value, Labels labels) {
    return GaugeDataPointSnapshot.builder().labels(labels).value(value).build();
  }

  private void counter(String name, String help, long total) {
    snapshots.metricSnapshot(family(name, help, total).build());
  }

  private void bytes(String name, String help, long total) {
    snapshots.metricSnapshot(family(name, help, total).unit(Unit.BYTES).build());
  }

  private static CounterSnapshot.Builder family(String name, String help, long total) {
    return CounterSnapshot.builder()
        .name(PREFIX + name)
        .help(help)
        .dataPoint(CounterDataPointSnapshot.builder().value((double) total).build());
  }
}
