package io.greenlang.metrics.testkit;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * What the server logs, at every level: a module that runs the contract logs TRACE to {@code
 * System.err} by slf4j-simple. Warnings and errors are shown, the rest is only kept while a test
 * asks for it. Any thread.
 */
public final class TransportLog extends OutputStream {

  private static final Pattern QUIET = Pattern.compile("^\\[[^]]*] (TRACE|DEBUG|INFO) ");

  /** A line of an exception, which belongs to the message before it. */
  private static final Pattern EXCEPTION =
      Pattern.compile("^(\\s|(Caused by: )?[\\w.$]+(Exception|Error)\\b)");

  private static final TransportLog INSTANCE = new TransportLog(System.err);

  private final PrintStream shown;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final StringBuilder kept = new StringBuilder();
  private boolean keeping;
  private boolean quiet;

  private TransportLog(PrintStream shown) {
    this.shown = shown;
  }

  /** Begins to listen to {@code System.err}. Idempotent. */
  public static void install() {
    if (!(System.err instanceof Capturing)) {
      System.setErr(new Capturing());
    }
  }

  /** Runs something and returns everything that was logged meanwhile. */
  public static String during(Runnable action) {
    INSTANCE.keep(true);
    try {
      action.run();
    } finally {
      INSTANCE.keep(false);
    }
    return INSTANCE.kept();
  }

  @Override
  public synchronized void write(int b) {
    line.write(b);
    if (b == '\n') {
      String text = line.toString(StandardCharsets.UTF_8);
      line.reset();
      if (keeping) {
        kept.append(text);
      }
      if (!EXCEPTION.matcher(text).find()) {
        quiet = QUIET.matcher(text).find();
      }
      if (!quiet) {
        shown.print(text);
      }
    }
  }

  private synchronized void keep(boolean now) {
    keeping = now;
    if (now) {
      kept.setLength(0);
    }
  }

  private synchronized String kept() {
    return kept.toString();
  }

  private static final class Capturing extends PrintStream {
    Capturing() {
      super(INSTANCE, true, StandardCharsets.UTF_8);
    }
  }
}
