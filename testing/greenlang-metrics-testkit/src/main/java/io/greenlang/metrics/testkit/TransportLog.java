package io.greenlang.metrics.testkit;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * A capture of the server's log at every level. A module that runs the contract logs at TRACE to
 * {@code System.err} through slf4j-simple. Warnings and errors are printed; all other messages are
 * only recorded, and only while a test requests it. Thread-safe.
 */
public final class TransportLog extends OutputStream {

  private static final Pattern BELOW_WARN = Pattern.compile("^\\[[^]]*] (TRACE|DEBUG|INFO) ");

  /** A line of a stack trace, which belongs to the preceding message. */
  private static final Pattern EXCEPTION =
      Pattern.compile("^(\\s|(Caused by: )?[\\w.$]+(Exception|Error)\\b)");

  private static final TransportLog INSTANCE = new TransportLog(System.err);

  private final PrintStream original;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final StringBuilder recorded = new StringBuilder();
  private boolean recording;
  private boolean suppressed;

  private TransportLog(PrintStream original) {
    this.original = original;
  }

  /** Starts capturing {@code System.err}. Idempotent. */
  public static void install() {
    if (!(System.err instanceof Capturing)) {
      System.setErr(new Capturing());
    }
  }

  /** Runs the action and returns everything that was logged meanwhile. */
  public static String during(Runnable action) {
    INSTANCE.setRecording(true);
    try {
      action.run();
    } finally {
      INSTANCE.setRecording(false);
    }
    return INSTANCE.recorded();
  }

  @Override
  public synchronized void write(int b) {
    line.write(b);
    if (b == '\n') {
      String text = line.toString(StandardCharsets.UTF_8);
      line.reset();
      if (recording) {
        recorded.append(text);
      }
      if (!EXCEPTION.matcher(text).find()) {
        suppressed = BELOW_WARN.matcher(text).find();
      }
      if (!suppressed) {
        original.print(text);
      }
    }
  }

  private synchronized void setRecording(boolean enabled) {
    recording = enabled;
    if (enabled) {
      recorded.setLength(0);
    }
  }

  private synchronized String recorded() {
    return recorded.toString();
  }

  private static final class Capturing extends PrintStream {
    Capturing() {
      super(INSTANCE, true, StandardCharsets.UTF_8);
    }
  }
}
