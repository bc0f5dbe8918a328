package io.greenlang.metrics.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.TagFilter;
import io.greenlang.metrics.testkit.random.MessageMutator;
import io.greenlang.metrics.websocket.auth.Principal;
import io.greenlang.metrics.websocket.http.HttpCall;
import io.greenlang.metrics.websocket.http.HttpReply;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Mutations of valid requests: each has a clean answer. {@code -Dotlp.seed} repeats a run, and
 * {@code -Dotlp.mutations} sets its length.
 */
@Timeout(120)
final class OtlpFuzzTest {

  private static final int MUTATIONS = Integer.getInteger("otlp.mutations", 4_000);
  private static final long SEED = Long.getLong("otlp.seed", new Random().nextLong());

  private final MetricsHub hub = MetricsHub.create();
  private final OtlpReceiver receiver = OtlpReceiver.builder(hub).maxInflatedBytes(1 << 20).build();
  private final ExportMetricsServiceRequest original = Exports.everyKind(Instant.now());

  @AfterEach
  void close() {
    hub.close();
  }

  private HttpReply handle(String contentType, List<String> encodings, byte[] body) {
    Principal principal =
        new Principal(
            "fuzzer", null, List.of(), TagFilter.ALL, List.of(NamePattern.parse("fuzz.metrics")));
    return receiver.handle(
        HttpCall.of(
                "POST",
                null,
                Map.of("Content-Type", List.of(contentType), "Content-Encoding", encodings),
                null)
            .withPrincipal(principal)
            .withBody(body));
  }

  private static String bytes(byte[] body) {
    return "seed " + SEED + ", " + HexFormat.of().formatHex(body);
  }

  @Test
  void handle_mutatedProtobuf_answers200Or400() throws InvalidProtocolBufferException {
    MessageMutator mutator = new MessageMutator(SEED, List.of(original.toByteArray()));
    int accepted = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] body = mutator.next();
      HttpReply reply = handle("application/x-protobuf", List.of(), body);
      assertThat(reply.status()).as(bytes(body)).isIn(200, 400);
      if (reply.status() == 200) {
        accepted++;
        assertThat(ExportMetricsServiceResponse.parseFrom(reply.body()).getUnknownFields().asMap())
            .isEmpty();
      }
    }
    assertThat(accepted).as("mutations that were accepted").isPositive();
    assertThat(receiver.stats().points()).isPositive();
  }

  @Test
  void handle_mutatedJson_answers200Or400() throws InvalidProtocolBufferException {
    byte[] json =
        JsonFormat.printer()
            .printingEnumsAsInts()
            .omittingInsignificantWhitespace()
            .print(original)
            .getBytes(StandardCharsets.UTF_8);
    MessageMutator mutator = new MessageMutator(SEED, List.of(json));
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] body = mutator.next();
      HttpReply reply = handle("application/json", List.of(), body);
      assertThat(reply.status()).as(bytes(body)).isIn(200, 400);
    }
    assertThat(receiver.stats().points()).as("points of accepted mutations").isPositive();
  }

  @Test
  void handle_mutatedGzip_answers200Or400Or413() throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(original.toByteArray());
    }
    MessageMutator mutator = new MessageMutator(SEED, List.of(compressed.toByteArray()));
    for (int i = 0; i < MUTATIONS / 4; i++) {
      byte[] body = mutator.next();
      HttpReply reply = handle("application/x-protobuf", List.of("gzip"), body);
      assertThat(reply.status()).as(bytes(body)).isIn(200, 400, 413);
    }
  }
}
