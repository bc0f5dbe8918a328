package io.greenlang.metrics.testkit.random;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A deterministic fuzzer of valid messages: the same seed yields the same mutations. */
public final class MessageMutator {

  /** Bytes with a meaning in either encoding: lengths, types and punctuation. */
  private static final byte[] INTERESTING =
      ("{}[]\",:\\/u0-+.eE \0\u007f\u0080\u0081\u008f\u0090\u009f\u00a0\u00bf\u00c0\u00c1\u00c4"
              + "\u00c6\u00c9\u00cb\u00cf\u00d3\u00d9\u00da\u00db\u00dc\u00dd\u00de\u00df\u00ff")
          .getBytes(ISO_8859_1);

  private final Random random;
  private final List<byte[]> originals;

  public MessageMutator(long seed, List<byte[]> originals) {
    this.random = new Random(seed);
    this.originals = originals;
  }

  public byte[] next() {
    byte[] bytes = randomOriginal();
    for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
      bytes = mutate(bytes);
    }
    return bytes;
  }

  private byte[] mutate(byte[] bytes) {
    int start = random.nextInt(bytes.length + 1);
    int end = Math.min(bytes.length, start + random.nextInt(5));
    return switch (random.nextInt(6)) {
      case 0 -> splice(bytes, start, new byte[0], end);
      case 1 -> splice(bytes, start, new byte[] {(byte) random.nextInt()}, end);
      case 2 -> splice(bytes, start, interesting(), end);
      case 3 -> splice(bytes, start, interesting(), start);
      case 4 -> splice(bytes, start, slice(randomOriginal()), end);
      default -> splice(bytes, start, slice(bytes), start);
    };
  }

  private byte[] randomOriginal() {
    return originals.get(random.nextInt(originals.size()));
  }

  private byte[] interesting() {
    byte[] bytes = new byte[1 + random.nextInt(4)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = INTERESTING[random.nextInt(INTERESTING.length)];
    }
    return bytes;
  }

  private byte[] slice(byte[] bytes) {
    int start = random.nextInt(bytes.length + 1);
    int end = start + random.nextInt(bytes.length - start + 1);
    return Arrays.copyOfRange(bytes, start, end);
  }

  /** Returns the bytes before {@code start}, the middle, and the bytes from {@code end} on. */
  private static byte[] splice(byte[] bytes, int start, byte[] middle, int end) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, start);
    out.writeBytes(middle);
    out.write(bytes, end, bytes.length - end);
    return out.toByteArray();
  }
}
