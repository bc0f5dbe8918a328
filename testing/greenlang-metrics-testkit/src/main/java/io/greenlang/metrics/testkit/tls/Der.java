package io.greenlang.metrics.testkit.tls;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;

/** A writer of the elements of DER (X.690) that a certificate consists of. */
final class Der {

  private static final int INTEGER = 0x02;
  private static final int BIT_STRING = 0x03;
  private static final int OCTET_STRING = 0x04;
  private static final int OBJECT_IDENTIFIER = 0x06;
  private static final int SEQUENCE = 0x30;
  private static final int SEVEN_BITS = 0x7f;
  private static final int MORE = 0x80;

  private Der() {}

  static byte[] element(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream element = new ByteArrayOutputStream();
    element.write(tag);
    int length = content.size();
    if (length > SEVEN_BITS) {
      element.write(MORE | 2);
      element.write(length >> Byte.SIZE);
    }
    element.write(length);
    element.writeBytes(content.toByteArray());
    return element.toByteArray();
  }

  static byte[] sequence(byte[]... parts) {
    return element(SEQUENCE, parts);
  }

  static byte[] integer(BigInteger value) {
    return element(INTEGER, value.toByteArray());
  }

  static byte[] octetString(byte[] content) {
    return element(OCTET_STRING, content);
  }

  static byte[] bitString(byte[] content) {
    return element(BIT_STRING, new byte[1], content); // no unused bits
  }

  static byte[] objectIdentifier(String dotted) {
    String[] numbers = dotted.split("\\.", -1);
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.write(Integer.parseInt(numbers[0]) * 40 + Integer.parseInt(numbers[1]));
    for (int i = 2; i < numbers.length; i++) {
      int number = Integer.parseInt(numbers[i]);
      for (int shift = 28; shift > 0; shift -= 7) {
        if (number >> shift != 0) {
          content.write(MORE | (number >> shift & SEVEN_BITS));
        }
      }
      content.write(number & SEVEN_BITS);
    }
    return element(OBJECT_IDENTIFIER, content.toByteArray());
  }
}
