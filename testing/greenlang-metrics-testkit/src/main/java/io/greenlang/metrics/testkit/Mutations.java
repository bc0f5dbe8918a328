package io.greenlang.metrics.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Good messages gone slightly wrong. The same seed makes the same ones. */
final class Mutations {

  /** Where lengths, types and punctuation of both encodings live. */
  private static final byte[] INTERESTING =
      ("{}[]\",:\\/u0-+.eE \0\u007f\u0080\u0081\u008f\u0090\u009f\u00a0\u00bf\u00c0\u00c1\u00c4"
              + "\u00c6\u00c9\u00cb\u00cf\u00d3\u00d9\u00da\u00db\u00dc\u00dd\u00de\u00df\u00ff")
          .getBytes(ISO_8859_1);

  private final Random random;
  private final List<byte[]> good;

  Mutations(long seed, List<byte[]> good) {
    this.random = new Random(seed);
    this.good = good;
  }

  byte[] next() {
    byte[] bytes = any();
    for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
      bytes = changed(bytes);
    }
    return bytes;
  }

  private byte[] changed(byte[] bytes) {
    int from = random.nextInt(bytes.length + 1);
    int to = Math.min(bytes.length, from + random.nextInt(5));
    return switch (random.nextInt(6)) {
      case 0 -> joined(bytes, from, new byte[0], to);
      case 1 -> joined(bytes, from, new byte[] {(byte) random.nextInt()}, to);
      case 2 -> joined(bytes, from, interesting(), to);
      case 3 -> joined(bytes, from, interesting(), from);
      case 4 -> joined(bytes, from, slice(any()), to);
      default -> joined(bytes, from, slice(bytes), from);
    };
  }

  private byte[] any() {
    return good.get(random.nextInt(good.size()));
  }

  private byte[] interesting() {
    byte[] run = new byte[1 + random.nextInt(4)];
    for (int i = 0; i < run.length; i++) {
      run[i] = INTERESTING[random.nextInt(INTERESTING.length)];
    }
    return run;
  }

  private byte[] slice(byte[] bytes) {
    int from = random.nextInt(bytes.length + 1);
    int to = from + random.nextInt(bytes.length - from + 1);
    return Arrays.copyOfRange(bytes, from, to);
  }

  /** The bytes before {@code from}, the middle, and the bytes behind {@code to}. */
  private static byte[] joined(byte[] bytes, int from, byte[] middle, int to) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, from);
    out.writeBytes(middle);
    out.write(bytes, to, bytes.length - to);
    return out.toByteArray();
  }
}
