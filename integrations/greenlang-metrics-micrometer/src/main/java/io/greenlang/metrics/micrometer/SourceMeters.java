package io.greenlang.metrics.micrometer;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * A binder of a source's own count to a registry: how often a meter was left out of a collection,
 * because its value, its name or a tag cannot be published. Unlike {@link ServerMeters}, it needs
 * no server.
 *
 * <p>The counter is named {@code greenlang.metrics.meters.skipped}. Its registry may be the one
 * that the source reads. It holds the source weakly, as all meters of Micrometer do.
 */
public final class SourceMeters implements MeterBinder {

  private static final String SKIPPED = "greenlang.metrics.meters.skipped";

  private final MicrometerSource source;

  /** Creates a binder of one source. */
  public SourceMeters(MicrometerSource source) {
    this.source = source;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    FunctionCounter.builder(SKIPPED, source, MicrometerSource::skipped)
        .baseUnit("meters")
        .description(
            "Times that a meter was left out of a collection; the log names each meter once")
        .register(registry);
  }
}
