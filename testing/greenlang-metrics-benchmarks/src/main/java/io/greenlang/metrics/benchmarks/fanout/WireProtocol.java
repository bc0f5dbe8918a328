package io.greenlang.metrics.benchmarks.fanout;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/**
 * Protocol that a server speaks inside its WebSocket frames: the few messages with which a client
 * subscribes and publishes. Deliveries need no parser, because subscribers find the metrics by
 * their {@link Payload}.
 */
enum WireProtocol {

  /** A text frame per message. */
  TEXT(""),

  /** MQTT 3.1.1 without acknowledgments. */
  MQTT("mqtt") {
    @Override
    byte[] opening() {
      // Level 4, a clean session, no keep-alive, and an empty client identifier.
      return packet(0x10, bytes(0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0, 0, 0));
    }

    @Override
    byte[] subscription(String text) {
      return packet(0x82, bytes(0, 1), topic(), bytes(0));
    }

    @Override
    byte[] publication(byte[] payload) {
      return packet(0x30, topic(), payload);
    }
  },

  /** The protocol of NATS' clients. */
  NATS("") {
    @Override
    byte[] opening() {
      return "CONNECT {\"verbose\":false,\"pedantic\":false}\r\n".getBytes(UTF_8);
    }

    @Override
    byte[] subscription(String text) {
      return ("SUB " + TOPIC + " 1\r\n").getBytes(UTF_8);
    }

    @Override
    byte[] publication(byte[] payload) {
      byte[] head = ("PUB " + TOPIC + " " + payload.length + "\r\n").getBytes(UTF_8);
      return joined(head, payload, bytes('\r', '\n'));
    }
  };

  private static final String TOPIC = "bench.metrics";

  private final String subprotocol;

  WireProtocol(String subprotocol) {
    this.subprotocol = subprotocol;
  }

  /** Returns the subprotocol that the upgrade request names; empty for none. */
  String subprotocol() {
    return subprotocol;
  }

  /** Returns the message that opens the protocol after the upgrade; empty for none. */
  byte[] opening() {
    return new byte[0];
  }

  /**
   * Returns the message that subscribes; empty for none.
   *
   * @param text the message of a server without its own protocol
   */
  byte[] subscription(String text) {
    return text.getBytes(UTF_8);
  }

  /** Returns the message that publishes. */
  byte[] publication(byte[] payload) {
    return payload;
  }

  /** Returns a message as a frame. */
  ByteBuffer frame(byte[] message) {
    return ClientFrames.frame(this == TEXT ? ClientFrames.TEXT : ClientFrames.BINARY, message);
  }

  private static byte[] topic() {
    byte[] name = TOPIC.getBytes(UTF_8);
    return joined(bytes(0, name.length), name);
  }

  /** Returns an MQTT packet, whose length is written in groups of seven bits. */
  private static byte[] packet(int type, byte[]... parts) {
    byte[] body = joined(parts);
    ByteArrayOutputStream packet = new ByteArrayOutputStream();
    packet.write(type);
    int length = body.length;
    for (; length > 0x7f; length >>= 7) {
      packet.write(0x80 | (length & 0x7f));
    }
    packet.write(length);
    packet.writeBytes(body);
    return packet.toByteArray();
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }
}
