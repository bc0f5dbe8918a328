package io.greenlang.metrics.websocket.internal.sse;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.frame.SharedFrames;
import io.greenlang.metrics.websocket.http.HttpReply;
import io.greenlang.metrics.websocket.transport.EventParts;
import io.greenlang.metrics.websocket.transport.EventStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The events that the streams of one I/O thread share. */
class ThreadEventsTest {

  private static final String CHANNEL = "a.metrics";
  private static final String EPOCH = "0123456789abcdef";

  private final ByteArrayOutputStream memory = new ByteArrayOutputStream();

  /** The ends of the publications in the memory. */
  private final List<Integer> ends = new ArrayList<>(List.of(0));

  /** Adds publications of some metrics, and notices of gaps between them. */
  private SharedFrames publish(Random random, int publications) {
    for (int offset = 1; offset <= publications; offset++) {
      int metrics = 1 + random.nextInt(4);
      for (int i = 1; i <= metrics; i++) {
        frame(
            "{\"channel\":\"%s\",\"value\":%d,\"offset\":%d}"
                .formatted(CHANNEL, random.nextInt(1_000), i == metrics ? offset : offset - 1));
      }
      if (random.nextInt(20) == 0) {
        frame(
            "{\"type\":\"lagged\",\"channel\":\"%s\",\"missed\":null,\"epoch\":\"%s\",\"offset\":%d}"
                .formatted(CHANNEL, EPOCH, offset));
      }
      ends.add(memory.size());
    }
    return new SharedFrames(ByteBuffer.wrap(memory.toByteArray()), null);
  }

  private void frame(String json) {
    byte[] payload = json.getBytes(StandardCharsets.US_ASCII);
    memory.write(0x81);
    if (payload.length < 126) {
      memory.write(payload.length);
    } else {
      memory.write(126);
      memory.write(payload.length >> 8);
      memory.write(payload.length);
    }
    memory.writeBytes(payload);
  }

  private static EventWriter writer(RecordingStream stream, ThreadEvents events, Random random) {
    List<StreamChannel> channels = new ArrayList<>();
    ChannelPosition start =
        new ChannelPosition(EPOCH, random.nextInt(3), random.nextInt(2), random.nextBoolean());
    channels.add(new StreamChannel(CHANNEL, start, random.nextBoolean()));
    if (random.nextInt(4) == 0) {
      channels.add(new StreamChannel("b.metrics", new ChannelPosition(EPOCH, 7), true));
    }
    return new EventWriter(stream, events, channels);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void write_manyStreamsOfOneThread_eachHasTheEventsOfAStreamAlone(long seed) {
    Random random = new Random(seed);
    SharedFrames frames = publish(random, 200);
    ThreadEvents shared = new ThreadEvents();
    List<RecordingStream> together = new ArrayList<>();
    List<RecordingStream> alone = new ArrayList<>();
    List<EventWriter> writers = new ArrayList<>();
    List<EventWriter> models = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      together.add(new RecordingStream());
      alone.add(new RecordingStream());
      long start = seed * 100 + i / 2; // pairs of streams start alike
      writers.add(writer(together.get(i), shared, new Random(start)));
      models.add(writer(alone.get(i), new ThreadEvents(), new Random(start)));
    }
    int[] next = new int[12];
    while (IntStream.of(next).anyMatch(each -> each < 200)) {
      int publications = 1 + random.nextInt(5);
      boolean lagging = random.nextInt(10) == 0;
      for (int i = 0; i < 12; i++) {
        if (next[i] < 200 && !(lagging && i % 3 == 0)) {
          int end = Math.min(200, next[i] + publications);
          write(writers.get(i), frames, next[i], end);
          write(models.get(i), frames, next[i], end);
          next[i] = end;
        }
      }
    }

    for (int i = 0; i < 12; i++) {
      assertThat(together.get(i).text()).isNotEmpty().isEqualTo(alone.get(i).text());
    }
  }

  private void write(EventWriter writer, SharedFrames frames, int from, int to) {
    frames.retain();
    writer.write(frames, ends.get(from), ends.get(to));
  }

  @Test
  void write_sameFramesOfTwoStreams_areReadOnce() {
    SharedFrames frames = publish(new Random(0), 3);
    ThreadEvents events = new ThreadEvents();
    StreamChannel channel = new StreamChannel(CHANNEL, new ChannelPosition(EPOCH, 0), true);
    new EventWriter(new RecordingStream(), events, List.of(channel)).write(frames, 0, ends.get(3));
    StreamChannel other = new StreamChannel(CHANNEL, new ChannelPosition(EPOCH, 0), true);

    assertThat(events.repeat(frames, 0, ends.get(3), other)).isTrue();

    assertThat(other.position()).isEqualTo(channel.position());
    assertThat(events.repeat(frames, 0, ends.get(3), other))
        .as("at another position the ids differ")
        .isFalse();
  }

  /** A response that keeps its bytes. */
  private static final class RecordingStream implements EventStream {

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    String text() {
      return written.toString(StandardCharsets.US_ASCII);
    }

    @Override
    public void write(SharedFrames frames, EventParts parts) {
      ByteBuffer all = ByteBuffer.allocate(parts.bytes());
      parts.copyTo(all, frames.bytes());
      written.writeBytes(all.array());
      frames.release();
    }

    @Override
    public String peer() {
      return "test";
    }

    @Override
    public Executor ioThread() {
      return Runnable::run;
    }

    @Override
    public boolean isWritable() {
      return true;
    }

    @Override
    public long unsentBytes() {
      return 0;
    }

    @Override
    public void reply(HttpReply reply) {
      throw new UnsupportedOperationException("the stream has begun");
    }

    @Override
    public void start(Map<String, String> headers) {
      throw new UnsupportedOperationException("the stream has begun");
    }

    @Override
    public void flush() {}

    @Override
    public void end() {}
  }
}
