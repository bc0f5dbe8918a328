package io.greenlang.metrics.codec;

/**
 * The place of a MessagePack value that JSON cannot express: binary data, an extension such as a
 * date, or a map with keys other than texts. No field of a command has such a value, and a field
 * that is unknown may have any.
 */
enum OpaqueValue {
  INSTANCE;

  /** Returns a description for error messages. */
  @Override
  public String toString() {
    return "a value that JSON cannot express";
  }
}
