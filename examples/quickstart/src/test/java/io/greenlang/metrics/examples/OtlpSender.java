package io.greenlang.metrics.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.concurrent.TimeUnit;

/**
 * A program that knows nothing of this project: it measures with the OpenTelemetry SDK, which its
 * environment configures. For each line of its input it records a round and exports it. It prints
 * the time at which the export began, in milliseconds since 1970.
 */
public final class OtlpSender {

  /** The observations of a round: the numbers from 1 to this one. */
  static final int OBSERVATIONS = 100;

  private OtlpSender() {}

  /** Records rounds until the input ends. */
  public static void main(String[] arguments) throws IOException {
    try (OpenTelemetrySdk sdk =
        AutoConfiguredOpenTelemetrySdk.builder()
            .disableShutdownHook()
            .build()
            .getOpenTelemetrySdk()) {
      Meter meter = sdk.getMeter("shop");
      LongCounter orders = meter.counterBuilder("orders").setUnit("{order}").build();
      DoubleHistogram sizes = meter.histogramBuilder("order.size").setUnit("By").build();
      Attributes region = Attributes.of(AttributeKey.stringKey("region"), "eu");
      BufferedReader input = new BufferedReader(new InputStreamReader(System.in, UTF_8));
      while (input.readLine() != null) {
        for (int i = 1; i <= OBSERVATIONS; i++) {
          orders.add(1, region);
          sizes.record(i);
        }
        long start = System.currentTimeMillis();
        boolean success =
            sdk.getSdkMeterProvider().forceFlush().join(60, TimeUnit.SECONDS).isSuccess();
        System.out.println((success ? "done " : "failed ") + start);
      }
    }
  }
}
