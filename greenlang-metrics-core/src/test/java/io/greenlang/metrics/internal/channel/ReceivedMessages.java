package io.greenlang.metrics.internal.channel;

import io.greenlang.metrics.frame.FrameSink;
import io.greenlang.metrics.frame.SharedFrames;
import io.greenlang.metrics.internal.catchup.FeedReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A client that decodes frames into the texts of their messages. Used by one thread. */
final class ReceivedMessages implements FrameSink {

  private final List<String> messages = new ArrayList<>();

  @Override
  public void write(SharedFrames frames, int from, int to, int count) {
    ByteBuffer bytes = frames.bytes().duplicate();
    bytes.limit(to).position(from);
    int frameCount = 0;
    while (bytes.hasRemaining()) {
      if (bytes.get() != (byte) 0x81) {
        throw new AssertionError("not the header of a text frame");
      }
      int length = bytes.get();
      if (length == 126) {
        length = bytes.getShort() & 0xFFFF;
      }
      byte[] payload = new byte[length];
      bytes.get(payload);
      messages.add(new String(payload, StandardCharsets.UTF_8));
      frameCount++;
    }
    frames.release();
    if (frameCount != count) {
      throw new AssertionError("expected " + count + " frames, but got " + frameCount);
    }
  }

  /** Returns the messages received since the last call. */
  List<String> drainMessages() {
    List<String> result = List.copyOf(messages);
    messages.clear();
    return result;
  }

  /** Reads a reader until it has nothing more, catching up when required. */
  List<String> drain(FeedReader reader) {
    while (true) {
      switch (reader.poll(this)) {
        case NONE, ENDED -> {
          return drainMessages();
        }
        case CATCH_UP_REQUIRED -> reader.catchUp(this);
        case FRAMES -> {}
        case FRAME_LIMIT -> throw new AssertionError("there was no limit");
      }
    }
  }

  /** Drains a reader; the windows are without the fields after their time. */
  List<String> drainWithoutFields(FeedReader reader) {
    return drain(reader).stream().map(message -> message.replaceAll("( @\\d+) .*", "$1")).toList();
  }
}
