package io.greenlang.metrics.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the script tells all instances: publications of one node that follow each other in a
 * channel's log, as they were logged in one step.
 *
 * @param epoch names the log
 * @param entries at least one
 */
record BusMessage(String epoch, List<LogEntry> entries) {

  /** The largest message that is read: one of ours is not half as large. */
  static final int MAX_BYTES = 4 << 20;

  private static final int MAX_HEADER = 256;
  private static final int MAX_ENTRIES = 4_096;
  private static final int MAX_NAME = 64;

  /**
   * Reads a message, which may be from anybody.
   *
   * @throws Malformed if it is none of ours
   */
  static BusMessage read(byte[] bytes) throws Malformed {
    if (bytes.length > MAX_BYTES) {
      throw new Malformed(bytes.length + " bytes");
    }
    return new Reader(bytes).message();
  }

  /** The place behind the last entry. */
  LogPosition end() {
    return LogPosition.behind(epoch, entries.get(entries.size() - 1));
  }

  private static final class Reader {
    private final byte[] bytes;
    private int at;

    Reader(byte[] bytes) {
      this.bytes = bytes;
    }

    BusMessage message() throws Malformed {
      String[] header = line(8);
      if (!header[0].equals(Scripts.BUS_VERSION)) {
        throw new Malformed("not one of our messages");
      }
      String epoch = header[1];
      long previousMillis = number(header[2]);
      long millis = number(header[3]);
      long offset = number(header[4]);
      long metrics = number(header[5]);
      String node = header[6];
      long count = number(header[7]);
      if (epoch.length() > MAX_NAME || node.length() > MAX_NAME) {
        throw new Malformed("too long a name");
      }
      if (offset < 1 || previousMillis > millis || count < 1 || count > MAX_ENTRIES) {
        throw new Malformed("no such place in a log");
      }
      List<LogEntry> entries = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        String[] record = line(3);
        long sequence = number(record[0]);
        long held = number(record[1]);
        byte[] payload = take(number(record[2]));
        entries.add(
            new LogEntry(offset, millis, previousMillis, metrics, node, sequence, held, payload));
        offset++;
        metrics += held;
        previousMillis = millis;
      }
      if (at != bytes.length) {
        throw new Malformed("bytes behind the end");
      }
      return new BusMessage(epoch, entries);
    }

    private String[] line(int words) throws Malformed {
      int end = at;
      while (end < bytes.length && end - at < MAX_HEADER && bytes[end] != '\n') {
        end++;
      }
      if (end == bytes.length || bytes[end] != '\n') {
        throw new Malformed("no header");
      }
      String[] line = new String(bytes, at, end - at, ISO_8859_1).split(" ", -1);
      if (line.length != words) {
        throw new Malformed("a header of " + line.length + " words");
      }
      at = end + 1;
      return line;
    }

    private byte[] take(long length) throws Malformed {
      if (length > bytes.length - at) {
        throw new Malformed("cut off");
      }
      byte[] taken = Arrays.copyOfRange(bytes, at, at + (int) length);
      at += (int) length;
      return taken;
    }

    /** Of at most 15 digits, so that sums of them do not overflow. */
    private static long number(String word) throws Malformed {
      if (word.isEmpty() || word.length() > 15) {
        throw new Malformed("no number");
      }
      for (int i = 0; i < word.length(); i++) {
        if (word.charAt(i) < '0' || word.charAt(i) > '9') {
          throw new Malformed("no number");
        }
      }
      return Long.parseLong(word);
    }
  }
}
