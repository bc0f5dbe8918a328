package io.greenlang.metrics.redis.rig;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A small shell process that outlives this one for a moment. When its input ends, even because this
 * process was killed, it kills every process that is still on its list, and removes their files. A
 * SIGKILL would not run a shutdown hook.
 */
final class ProcessGuard {

  private static final String SCRIPT =
      """
      trap '' INT TERM HUP
      pids=' '
      while read -r word pid; do
        case $word in
          began) pids="$pids$pid " ;;
          ended) pids="${pids%% $pid *} ${pids#* $pid }" ;;
        esac
      done
      for pid in $pids; do kill -KILL "$pid"; done
      rm -rf "$0"
      """;

  private static final ProcessGuard INSTANCE = new ProcessGuard();

  private final Path directory;
  private final OutputStream guard;

  private ProcessGuard() {
    try {
      directory = Files.createTempDirectory("greenlang-redis-");
      guard =
          new ProcessBuilder("sh", "-c", SCRIPT, directory.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .getOutputStream();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Failed to start the shell that guards the Redis processes", e);
    }
  }

  /** Creates a directory that is removed when this process ends. */
  static Path newDirectory() {
    try {
      return Files.createTempDirectory(INSTANCE.directory, "node-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void onStarted(Process process) {
    INSTANCE.send("began " + process.pid());
  }

  /** Removes a process from the list. Call it before another process can get the same id. */
  static void onEnded(Process process) {
    INSTANCE.send("ended " + process.pid());
  }

  private synchronized void send(String line) {
    try {
      guard.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      guard.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("The shell that guards the Redis processes has ended", e);
    }
  }
}
