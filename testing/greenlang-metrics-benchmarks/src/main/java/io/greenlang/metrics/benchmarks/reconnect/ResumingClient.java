package io.greenlang.metrics.benchmarks.reconnect;

import io.greenlang.metrics.benchmarks.fanout.ClientFrames;
import io.greenlang.metrics.benchmarks.fanout.Publisher;
import io.greenlang.metrics.benchmarks.fanout.ServerFrames;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Client that behaves like ours when it loses its instance: it backs off, reconnects, and resumes
 * from its last position. Confined to the thread of its pool.
 */
final class ResumingClient implements ServerFrames.Handler {

  private static final String PATH = "/ws/metrics";
  private static final byte[] EMPTY = {};
  private static final Pattern OFFSET = Pattern.compile("\"offset\":(\\d+)");
  private static final Pattern EPOCH = Pattern.compile("\"epoch\":\"([^\"]+)\"");

  private final String sourceAddress;
  private final Backoff backoff;
  private final ReconnectStats reconnects;

  private @Nullable SocketChannel channel;
  private boolean reconnecting;
  private boolean upgraded;
  private boolean subscribed;
  private byte[] tail = EMPTY;

  private boolean resumed;

  /**
   * The epoch of the client's position in the channel; null until it has subscribed for the first
   * time.
   */
  private @Nullable String epoch;

  private long offset;

  /** The time of the next attempt while the client is disconnected. */
  private long nextAttemptNanos;

  /**
   * Creates a client without a connection.
   *
   * @param sourceAddress the address that it connects from
   */
  ResumingClient(String sourceAddress, Backoff backoff, ReconnectStats reconnects) {
    this.sourceAddress = sourceAddress;
    this.backoff = backoff;
    this.reconnects = reconnects;
  }

  boolean isConnected() {
    return channel != null;
  }

  boolean isSubscribed() {
    return subscribed;
  }

  long nextAttemptNanos() {
    return nextAttemptNanos;
  }

  /** Starts connecting. */
  void connect(Selector selector, InetSocketAddress server) {
    reconnecting = epoch != null;
    upgraded = false;
    subscribed = false;
    tail = EMPTY;
    try {
      SocketChannel opened = SocketChannel.open();
      channel = opened;
      opened.configureBlocking(false);
      opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
      opened.bind(new InetSocketAddress(sourceAddress, 0));
      SelectionKey key = opened.register(selector, SelectionKey.OP_CONNECT, this);
      if (opened.connect(server)) {
        requestUpgrade(key, opened);
      }
    } catch (IOException e) {
      connectionLost("connect: " + e);
    }
  }

  /** Performs the operation for which the key is ready. */
  void onReady(SelectionKey key, ServerFrames.ReadBuffer shared) {
    SocketChannel open = channel;
    if (open == null) {
      return;
    }
    try {
      if (key.isConnectable()) {
        open.finishConnect();
        requestUpgrade(key, open);
      } else {
        read(open, shared);
      }
    } catch (IOException e) {
      connectionLost(e.toString());
    }
  }

  void close() {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      reconnects.recordFailure("close: " + e);
    }
    channel = null;
    subscribed = false;
  }

  private void connectionLost(String reason) {
    if (reconnecting) {
      reconnects.recordFailure(reason); // lost the new instance, not the one that was killed
    }
    retry();
  }

  private void retry() {
    close();
    nextAttemptNanos = System.nanoTime() + backoff.nextNanos();
  }

  private void requestUpgrade(SelectionKey key, SocketChannel open) throws IOException {
    key.interestOps(SelectionKey.OP_READ);
    InetSocketAddress server = (InetSocketAddress) open.getRemoteAddress();
    send(
        ByteBuffer.wrap(
            ClientFrames.upgradeRequest(server.getHostString(), server.getPort(), PATH)));
  }

  private void read(SocketChannel open, ServerFrames.ReadBuffer shared) throws IOException {
    shared.view.clear().put(tail);
    if (open.read(shared.view) < 0) {
      throw new IOException("the server closed the connection");
    }
    int end = shared.view.position();
    int from = upgraded ? 0 : upgrade(shared.bytes, end);
    if (upgraded) {
      from = ServerFrames.parse(shared.bytes, from, end, this);
    }
    tail = Arrays.copyOfRange(shared.bytes, from, end);
  }

  /** Looks for the end of the upgrade response; returns the start of the first frame. */
  private int upgrade(byte[] bytes, int end) {
    String response = new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
    int headersEnd = response.indexOf("\r\n\r\n");
    if (headersEnd < 0) {
      return 0;
    }
    if (!ClientFrames.isUpgraded(response)) {
      reconnects.recordRejected(response.lines().findFirst().orElse(""));
      retry();
      return end;
    }
    upgraded = true;
    if (reconnecting) {
      reconnects.recordAccepted(System.nanoTime());
    }
    return headersEnd + 4;
  }

  @Override
  public boolean onFrame(int opcode, byte[] bytes, int start, int end) throws IOException {
    switch (opcode) {
      case ClientFrames.PING ->
          send(ClientFrames.frame(ClientFrames.PONG, Arrays.copyOfRange(bytes, start, end)));
      case ClientFrames.CLOSE -> throw new IOException("closed with " + code(bytes, start));
      case ClientFrames.PONG -> {}
      default -> {
        String text = new String(bytes, start, end - start, StandardCharsets.UTF_8);
        if (text.contains("\"retry_after\":")) { // too many clients resume at this moment
          reconnects.recordRejected(text);
          retry();
          return false;
        }
        message(text);
      }
    }
    return true;
  }

  private static int code(byte[] bytes, int start) {
    return ((bytes[start] & 0xff) << 8) | (bytes[start + 1] & 0xff);
  }

  private void message(String text) throws IOException {
    if (text.contains("\"type\":\"welcome\"")) {
      byte[] command = subscribe().getBytes(StandardCharsets.UTF_8);
      send(ClientFrames.frame(ClientFrames.TEXT, command));
    } else if (text.contains("\"type\":\"subscribed\"")) {
      subscribed(text);
    } else if (text.contains("\"type\":\"error\"")) {
      throw new IOException(text);
    } else if (text.contains("\"offset\":")) {
      advanceTo(offsetOf(text));
    }
  }

  private String subscribe() {
    String since =
        epoch == null
            ? ""
            : ",\"since\":{\"%s\":{\"epoch\":\"%s\",\"offset\":%d}}"
                .formatted(Publisher.CHANNEL.name(), epoch, offset);
    return "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"%s\"],\"batch\":true,\"resume\":true%s}}"
        .formatted(Publisher.CHANNEL.name(), since);
  }

  private void subscribed(String text) throws IOException {
    subscribed = true;
    Matcher epochMatcher = EPOCH.matcher(text);
    if (!epochMatcher.find()) {
      throw new IOException("no position to resume from: " + text);
    }
    if (!reconnecting) {
      offset = offsetOf(text);
    } else if (!resumed) {
      resumed = true;
      reconnects.recordResumed(System.nanoTime(), text.contains("\"recovered\":true"));
    }
    epoch = epochMatcher.group(1);
  }

  /**
   * Advances the position. Each publication is one message, so consecutive offsets differ by one.
   */
  private void advanceTo(long nextOffset) {
    reconnects.missed += Math.max(0, nextOffset - offset - 1);
    reconnects.repeated += nextOffset <= offset ? 1 : 0;
    offset = Math.max(offset, nextOffset);
  }

  private static long offsetOf(String text) throws IOException {
    Matcher matcher = OFFSET.matcher(text);
    if (!matcher.find()) {
      throw new IOException("no offset: " + text);
    }
    return Long.parseLong(matcher.group(1));
  }

  /**
   * Sends a message. The few small messages always fit into the socket buffer of a server that
   * reads.
   */
  private void send(ByteBuffer message) throws IOException {
    SocketChannel open = channel;
    if (open == null || (open.write(message) >= 0 && message.hasRemaining())) {
      throw new IOException("the server does not read from the connection");
    }
  }
}
