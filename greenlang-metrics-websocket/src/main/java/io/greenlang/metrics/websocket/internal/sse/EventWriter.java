package io.greenlang.metrics.websocket.internal.sse;

import io.greenlang.metrics.frame.SharedFrames;
import io.greenlang.metrics.websocket.transport.EventParts;
import io.greenlang.metrics.websocket.transport.EventStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A writer that turns frames into events. The payload of a frame is written from where it is; only
 * the lines around it are this client's. One call of {@link #write} has frames of one channel, and
 * ends with a complete publication. Confined to the I/O thread.
 */
final class EventWriter {

  private static final byte[] DATA = ascii("data: ");
  private static final byte[] EVENT = ascii("event: ");
  private static final byte[] LINE = ascii("\n");
  private static final byte[] END = ascii("\n\n");
  private static final byte[] HEARTBEAT = ascii(": heartbeat\n\n");
  private static final byte[] RETRY = ascii("retry: ");
  private static final byte[] METRIC = ascii("{\"channel\":");
  private static final byte[] BATCH = ascii("{\"type\":\"metrics\",\"channel\":");
  private static final byte[] LAGGED = ascii("{\"type\":\"lagged\",\"channel\":");

  /** The maximum length of the lines of an event without its id. */
  private static final int LINES_BYTES = 128;

  private final EventStream stream;
  private final ThreadEvents events;
  private final EventParts parts;
  private final JsonFrame frame;
  private final List<StreamChannel> channels;
  private final boolean hasOneChannel;
  private final IdLine idLine;
  private StreamChannel current;

  /** Whether the last part is a payload, whose event is not ended yet. */
  private boolean eventIsOpen;

  /** Whether the parts are all of this write, and another stream may write the same. */
  private boolean isRepeatable;

  /**
   * Creates the writer of a stream.
   *
   * @param events memory that the streams of one I/O thread share
   * @param channels the channels of the stream, at least one
   */
  EventWriter(EventStream stream, ThreadEvents events, List<StreamChannel> channels) {
    this.stream = stream;
    this.events = events;
    this.parts = events.parts();
    this.frame = events.frame();
    this.channels = channels;
    this.hasOneChannel = channels.size() == 1;
    this.idLine = new IdLine(channels);
    this.current = channels.get(0);
  }

  /** Writes the time after which the client reconnects. It belongs to the event that follows. */
  void retry(long millis) {
    events.clear();
    parts.text(RETRY);
    parts.number(millis);
    parts.text(LINE);
    parts.payload(0, 0);
    stream.write(new SharedFrames(ByteBuffer.allocate(0), null), parts);
  }

  /** Writes an event that is not a frame. */
  void event(String type, byte[] data) {
    events.clear();
    parts.text(ascii("event: " + type + "\ndata: "));
    parts.text(data);
    parts.text(END);
    parts.payload(0, 0);
    stream.write(new SharedFrames(ByteBuffer.allocate(0), null), parts);
  }

  /** Writes frames. Takes ownership of one reference to them. */
  void write(SharedFrames frames, int from, int to) {
    isRepeatable = hasOneChannel && current.skipsNone();
    if (!isRepeatable || !events.repeat(frames, from, to, current)) {
      addEvents(frames, from, to);
    }
    if (parts.count() > 0) {
      stream.write(frames, parts);
    } else {
      frames.release();
    }
  }

  private void addEvents(SharedFrames frames, int from, int to) {
    events.clear();
    ChannelPosition before = current.position();
    addAll(frames, from, to);
    endEvents();
    if (isRepeatable) {
      events.record(frames, from, to, current, before);
    }
  }

  private void addAll(SharedFrames frames, int from, int to) {
    ByteBuffer bytes = frames.bytes();
    eventIsOpen = false;
    long lastOffset = JsonFrame.NO_OFFSET;
    int segmentEnd = from;
    for (int next = from; next < to; next = frame.end()) {
      frame.moveTo(bytes, next);
      if (isMetric()) {
        if (next >= segmentEnd) {
          segmentEnd = segmentEnd(bytes, next, to);
          lastOffset = JsonFrame.offsetBefore(bytes, segmentEnd);
          findChannel();
        }
        addMetric(frames, lastOffset, frame.end() == segmentEnd);
      } else if (frame.isMessage()) {
        isRepeatable = false;
        addMessage(frames);
      }
    }
  }

  private boolean isMetric() {
    return frame.hasAt(0, METRIC) || frame.hasAt(0, BATCH);
  }

  /** Returns the end of the metrics from here on: the next notice, or the end of the frames. */
  private int segmentEnd(ByteBuffer bytes, int start, int to) {
    int next = start;
    while (next < to && isMetric()) {
      next = frame.end();
      if (next < to) {
        frame.moveTo(bytes, next);
      }
    }
    frame.moveTo(bytes, start);
    return next;
  }

  private void findChannel() {
    int skipped = frame.hasAt(0, METRIC) ? METRIC.length : BATCH.length;
    findChannel(skipped);
  }

  private void findChannel(int skipped) {
    if (frame.hasAt(skipped, current.quotedName())) {
      return;
    }
    for (StreamChannel channel : channels) {
      if (frame.hasAt(skipped, channel.quotedName())) {
        current = channel;
      }
    }
  }

  private void addMetric(SharedFrames frames, long lastOffset, boolean isLast) {
    long offset = frame.offset();
    if (offset == JsonFrame.NO_OFFSET) {
      addEvent(frames, false);
    } else if (!current.skips(offset, lastOffset)) {
      addEvent(frames, current.advance(offset, lastOffset, isLast));
    }
  }

  private void addEvent(SharedFrames frames, boolean hasNewPosition) {
    begin(frames, LINES_BYTES + (hasNewPosition ? idLine.length(current) : 0));
    if (hasNewPosition) {
      idLine.write(current, parts);
    }
    addData();
  }

  /** Adds a message of the server: a heartbeat, or an event with a name. */
  private void addMessage(SharedFrames frames) {
    String type = frame.type();
    if (type.equals("ping")) {
      begin(frames, LINES_BYTES);
      parts.text(HEARTBEAT);
      parts.payload(0, 0);
      return;
    }
    boolean moves = type.equals("subscribed") || (frame.hasAt(0, LAGGED) && moveAfterGap());
    begin(frames, LINES_BYTES + (moves ? idLine.length(current) : 0));
    parts.text(EVENT);
    parts.text(ascii(type));
    parts.text(LINE);
    if (moves) {
      idLine.write(current, parts);
    }
    addData();
  }

  /** Moves to the position in a notice of a gap; returns whether it has one. */
  private boolean moveAfterGap() {
    findChannel(LAGGED.length);
    ChannelPosition position = Messages.position(Messages.decode(frame.copy()));
    if (position == null) {
      return false;
    }
    current.moveTo(position);
    idLine.clear();
    return true;
  }

  /** Ends the event before another one, and sends the parts if they are full. */
  private void begin(SharedFrames frames, int textBytes) {
    if (!parts.fits(textBytes)) {
      isRepeatable = false;
      endEvents();
      frames.retain();
      stream.write(frames, parts);
      events.clear();
    }
    endEvent();
  }

  private void addData() {
    parts.text(DATA);
    parts.payload(frame.payload(), frame.end());
    eventIsOpen = true;
  }

  private void endEvent() {
    if (eventIsOpen) {
      parts.text(END);
      eventIsOpen = false;
    }
  }

  private void endEvents() {
    if (eventIsOpen) {
      endEvent();
      parts.payload(0, 0);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
