package io.greenlang.metrics.websocket.internal.protocol;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.greenlang.metrics.frame.Encoding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.msgpack.jackson.dataformat.MessagePackFactory;

/**
 * The golden files: every message of the protocol, byte for byte, in both encodings.
 *
 * <p>After an intended change, regenerate the files of the server's messages, and the MessagePack
 * files of the commands from their JSON. Run this from the root of the project and review the
 * difference:
 *
 * <pre>{@code
 * mvn -pl greenlang-metrics-websocket -am test -Dtest='GoldenFile*' -Dgolden.update=true \
 *     -Dsurefire.failIfNoSpecifiedTests=false
 * }</pre>
 */
final class GoldenFile {

  /** A MessagePack implementation that is independent of ours. */
  private static final ObjectMapper MESSAGEPACK = new ObjectMapper(new MessagePackFactory());

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Path DIRECTORY = Path.of("src/test/resources/golden");

  private GoldenFile() {}

  private static Path path(String name, Encoding encoding) {
    return DIRECTORY.resolve(name + (encoding == Encoding.JSON ? ".json" : ".msgpack"));
  }

  static byte[] read(String name, Encoding encoding) {
    try {
      return Files.readAllBytes(path(name, encoding));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void updateIfRequested() throws IOException {
    if (!Boolean.getBoolean("golden.update")) {
      return;
    }
    for (Map.Entry<String, Function<Encoding, byte[]>> message : SampleMessages.all().entrySet()) {
      for (Encoding encoding : Encoding.values()) {
        Files.write(path(message.getKey(), encoding), message.getValue().apply(encoding));
      }
    }
    for (String name : names("command-")) {
      Object command = JSON.readValue(read(name, Encoding.JSON), Object.class);
      Files.write(path(name, Encoding.MESSAGEPACK), MESSAGEPACK.writeValueAsBytes(command));
    }
  }

  /** Returns the names of all files with this prefix. */
  static List<String> names(String prefix) {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(".json") && file.startsWith(prefix))
          .map(file -> file.substring(0, file.length() - ".json".length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Decodes bytes with an implementation that is independent of ours. Every number becomes a
   * double.
   */
  static @Nullable Object oracle(Encoding encoding, byte[] bytes) {
    ObjectMapper mapper = encoding == Encoding.JSON ? JSON : MESSAGEPACK;
    try {
      return plain(mapper.readValue(bytes, new TypeReference<@Nullable Object>() {}));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable Object plain(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<@Nullable Object, @Nullable Object> plain = new LinkedHashMap<>();
      map.forEach((key, child) -> plain.put(key, plain(child)));
      return plain;
    }
    if (value instanceof List<?> list) {
      return list.stream().map(GoldenFile::plain).toList();
    }
    return value instanceof Number number ? (Object) number.doubleValue() : value;
  }
}
