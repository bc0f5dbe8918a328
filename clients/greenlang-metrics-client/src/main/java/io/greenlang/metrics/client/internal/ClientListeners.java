package io.greenlang.metrics.client.internal;

import io.greenlang.metrics.client.internal.delivery.ClientLog;
import io.greenlang.metrics.client.internal.delivery.EventQueue;
import io.greenlang.metrics.client.internal.delivery.Listeners;
import io.greenlang.metrics.client.model.ConnectionChange;
import io.greenlang.metrics.client.model.Gap;
import io.greenlang.metrics.client.model.MetricMetadata;
import io.greenlang.metrics.client.model.MetricsClientException;
import io.greenlang.metrics.client.model.SeriesLimit;

/** The listeners of all events but metrics. Errors without a listener are logged. */
public final class ClientListeners {

  private final Listeners<ConnectionChange> connectionChanges;
  private final Listeners<MetricsClientException> errors;
  private final Listeners<Gap> gaps;
  private final Listeners<SeriesLimit> seriesLimits;
  private final Listeners<MetricMetadata> metadata;
  private final ClientLog log = new ClientLog();

  ClientListeners(EventQueue queue) {
    connectionChanges = new Listeners<>(queue);
    errors = new Listeners<>(queue);
    gaps = new Listeners<>(queue);
    seriesLimits = new Listeners<>(queue);
    metadata = new Listeners<>(queue);
  }

  /** Returns the listeners of connection changes. */
  public Listeners<ConnectionChange> connectionChanges() {
    return connectionChanges;
  }

  /** Returns the listeners of errors. */
  public Listeners<MetricsClientException> errors() {
    return errors;
  }

  /** Returns the listeners of gaps. */
  public Listeners<Gap> gaps() {
    return gaps;
  }

  /** Returns the listeners of limits of series. */
  public Listeners<SeriesLimit> seriesLimits() {
    return seriesLimits;
  }

  /** Returns the listeners of units and descriptions. */
  public Listeners<MetricMetadata> metadata() {
    return metadata;
  }

  void notifyError(MetricsClientException error) {
    if (errors.isEmpty()) {
      log.warn("The metrics client has an error and no listener of errors: " + error.code(), error);
    }
    errors.notify(error);
  }
}
