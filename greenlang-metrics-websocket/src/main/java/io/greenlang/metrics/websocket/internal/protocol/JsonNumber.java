package io.greenlang.metrics.websocket.internal.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.NumberOutput;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;

/**
 * The form of a double in JSON, the same in live metrics and in history: whole numbers below 2^53
 * have no fraction, and NaN and infinities are null.
 */
final class JsonNumber {

  /** A serializer that lets Jackson write doubles in this form. */
  @SuppressWarnings("serial") // never serialized itself
  static final class Serializer extends StdSerializer<Double> {
    Serializer() {
      super(Double.class);
    }

    @Override
    public void serialize(Double value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeRawValue(format(value));
    }
  }

  /**
   * Above this, doubles cannot represent every integer, so all digits would suggest false
   * precision.
   */
  private static final double MAX_EXACT = 1L << 53;

  private JsonNumber() {}

  /**
   * Returns a number as JSON, in ASCII. An aggregate that failed midway can return NaN or an
   * infinity, and JSON cannot represent them.
   */
  static String format(double value) {
    if (!Double.isFinite(value)) {
      return "null";
    }
    return value == Math.rint(value) && Math.abs(value) < MAX_EXACT
        ? Long.toString((long) value)
        : NumberOutput.toString(value, true);
  }
}
