package io.greenlang.metrics.collectors.internal.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reader of the text files of {@code /proc} and {@code /sys}. It reads at most {@value #MAX_BYTES}
 * bytes of a file, into a buffer that it reuses. Confined to one thread.
 *
 * <p>Paths are absolute, and are resolved below a root: {@code /}, or the directory of a recorded
 * file tree.
 */
public final class KernelFiles {

  /** About 20,000 network interfaces or mounts. */
  static final int MAX_BYTES = 4 << 20;

  private static final int INITIAL_BYTES = 16 << 10;

  private final Path root;
  private byte[] buffer = new byte[INITIAL_BYTES];

  /** Creates a reader of the files below {@code root}. */
  public KernelFiles(Path root) {
    this.root = root;
  }

  /** Returns a reader of this machine's files. */
  public static KernelFiles ofThisMachine() {
    return new KernelFiles(Path.of("/"));
  }

  /** Returns whether a file exists and is readable. */
  public boolean isReadable(String path) {
    return Files.isReadable(resolve(path));
  }

  /** Returns whether a file, a directory or a symbolic link exists, even one without a target. */
  public boolean exists(String path) {
    return Files.exists(resolve(path), LinkOption.NOFOLLOW_LINKS);
  }

  /** Returns the last part of the target of a symbolic link; null if there is no such link. */
  public @Nullable String linkTarget(String path) {
    Path link = resolve(path);
    if (!Files.isSymbolicLink(link)) {
      return null;
    }
    try {
      Path name = Files.readSymbolicLink(link).getFileName();
      return name == null ? null : name.toString();
    } catch (NoSuchFileException removedMeanwhile) {
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns the content of a file. The kernel creates and removes files while they are read, so an
   * absent file is an ordinary result.
   *
   * @return null if there is no such file, or this process has no permission to read it
   * @throws UncheckedIOException if the file exists and cannot be read
   */
  public @Nullable String read(String path) {
    try (SeekableByteChannel channel = Files.newByteChannel(resolve(path))) {
      return readAll(channel);
    } catch (NoSuchFileException | AccessDeniedException absent) {
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the lines of a file; empty if it is absent as defined by {@link #read}. */
  public List<String> lines(String path) {
    String text = read(path);
    return text == null ? List.of() : text.lines().toList();
  }

  /** Returns the number that a file contains; -1 if the file is absent or is not a number. */
  public long readNumber(String path) {
    String text = read(path);
    return text == null ? -1 : new Fields(text).nextNumber();
  }

  private String readAll(SeekableByteChannel channel) throws IOException {
    int length = 0;
    while (length < MAX_BYTES) {
      if (length == buffer.length) {
        buffer = Arrays.copyOf(buffer, Math.min(MAX_BYTES, buffer.length * 2));
      }
      int count = channel.read(ByteBuffer.wrap(buffer, length, buffer.length - length));
      if (count < 0) {
        break;
      }
      length += count;
    }
    return new String(buffer, 0, length, StandardCharsets.UTF_8);
  }

  private Path resolve(String path) {
    return root.resolve(path.substring(1));
  }
}
