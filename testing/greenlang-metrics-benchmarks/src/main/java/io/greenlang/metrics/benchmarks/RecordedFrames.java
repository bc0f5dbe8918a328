package io.greenlang.metrics.benchmarks;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.frame.SharedFrames;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Writer of the frames that a client receives of {@link ReplayedHosts}: a file for each form, which
 * has the bytes of a WebSocket from server to client. {@code make bench-decode} decodes them.
 */
public final class RecordedFrames {

  private static final String USAGE =
      """
      RecordedFrames: writes the frames of a recording of 1,000 series, one file for each form.

        --folder FOLDER  the existing folder of the files
        --help
      """;

  private RecordedFrames() {}

  /** Writes the files; see {@code --help}. */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(Arguments.parse(USAGE, args).text("folder", "."));
    List<List<Metric>> publications =
        ReplayedHosts.publications(ReplayedHosts.keptRecording().seconds());
    for (MessageForm form : MessageForm.values()) {
      String name = form.name().toLowerCase(Locale.ROOT) + ".frames";
      try (OutputStream file = Files.newOutputStream(folder.resolve(name))) {
        write(form, publications, file);
      }
    }
  }

  private static void write(MessageForm form, List<List<Metric>> publications, OutputStream file) {
    try (FormSubscriber subscriber =
        new FormSubscriber(form, (frames, from, to, count) -> copy(frames, from, to, file))) {
      publications.forEach(subscriber::publish);
    }
  }

  private static void copy(SharedFrames frames, int from, int to, OutputStream file) {
    byte[] bytes = new byte[to - from];
    frames.bytes().get(from, bytes);
    frames.release();
    try {
      file.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
