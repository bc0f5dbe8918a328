package io.greenlang.metrics.benchmarks;

import io.greenlang.metrics.internal.frame.FrameEncoder;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.websocket.internal.protocol.JsonFrameEncoder;
import io.greenlang.metrics.websocket.internal.protocol.MessagePackFrameEncoder;

/** A form in which one message carries a whole publication. */
enum MessageForm {
  JSON_BATCH("JSON batch", JsonFrameEncoder.INSTANCE, Format.BATCH),
  MESSAGEPACK_BATCH("MessagePack batch", MessagePackFrameEncoder.INSTANCE, Format.BATCH),
  COLUMNAR("columnar", MessagePackFrameEncoder.INSTANCE, Format.COLUMNAR);

  private final String title;

  @SuppressWarnings("ImmutableEnumChecker") // encoders have no state
  private final FrameEncoder encoder;

  private final Format format;

  MessageForm(String title, FrameEncoder encoder, Format format) {
    this.title = title;
    this.encoder = encoder;
    this.format = format;
  }

  /** Returns the name in results. */
  String title() {
    return title;
  }

  FrameEncoder encoder() {
    return encoder;
  }

  /** Returns the subscription to all metrics of {@link ReplayedHosts}. */
  Subscription view() {
    Subscription all = Subscription.ofChannel(ReplayedHosts.CHANNEL);
    return new Subscription(all.channel(), all.tags(), all.names(), null, null, format);
  }
}
