package io.greenlang.metrics.benchmarks.delivery;

import io.greenlang.metrics.benchmarks.fanout.ClientFrames;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A client's subscription as bytes: an HTTP request, and the bytes after the response to it. */
public final class ClientRequest {

  private final byte[] head;
  private final String status;
  private final byte[] command;

  private ClientRequest(byte[] head, String status, byte[] command) {
    this.head = head;
    this.status = status;
    this.command = command;
  }

  /** Returns the subscription of a WebSocket. */
  public static ClientRequest webSocket(int port, String subscribe) {
    ByteBuffer frame =
        ClientFrames.frame(ClientFrames.TEXT, subscribe.getBytes(StandardCharsets.UTF_8));
    byte[] command = new byte[frame.remaining()];
    frame.get(command);
    byte[] head = ClientFrames.upgradeRequest("127.0.0.1", port, "/ws/metrics");
    return new ClientRequest(head, "101", command);
  }

  /** Returns the subscription of a stream of server-sent events. */
  static ClientRequest events(int port, String query) {
    String head = "GET /sse/metrics?" + query + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n\r\n";
    return new ClientRequest(head.getBytes(StandardCharsets.US_ASCII), "200", new byte[0]);
  }

  /** Sends the HTTP request. */
  void writeHead(OutputStream output) throws IOException {
    output.write(head);
  }

  /** Returns the status of the response. */
  String status() {
    return status;
  }

  /** Sends the bytes that follow the response. */
  void writeCommand(OutputStream output) throws IOException {
    output.write(command);
  }
}
