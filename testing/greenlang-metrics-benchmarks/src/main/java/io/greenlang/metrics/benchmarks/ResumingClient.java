package io.greenlang.metrics.benchmarks;

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
 * A client that does what ours do when they lose their instance: it waits, comes back, and asks for
 * what it missed, from the last place that it was at. For the one thread of its swarm.
 */
final class ResumingClient implements ServerFrames.Handler {

  private static final String PATH = "/ws/metrics";
  private static final byte[] NOTHING = {};
  private static final Pattern OFFSET = Pattern.compile("\"offset\":(\\d+)");
  private static final Pattern EPOCH = Pattern.compile("\"epoch\":\"([^\"]+)\"");

  private final String source;
  private final Backoff backoff;
  private final Comeback comeback;

  private @Nullable SocketChannel channel;
  private boolean comingBack;
  private boolean upgraded;
  private boolean subscribed;
  private byte[] tail = NOTHING;

  private boolean resumed;

  /** Where it is in the channel; the epoch is null until it was there for the first time. */
  private @Nullable String epoch;

  private long offset;

  /** When it tries again, while it has no connection. */
  private long dueNanos;

  /**
   * A client without a connection.
   *
   * @param source the address that it comes from
   */
  ResumingClient(String source, Backoff backoff, Comeback comeback) {
    this.source = source;
    this.backoff = backoff;
    this.comeback = comeback;
  }

  boolean isConnected() {
    return channel != null;
  }

  boolean isSubscribed() {
    return subscribed;
  }

  long dueNanos() {
    return dueNanos;
  }

  /** Begins to connect. */
  void dial(Selector selector, InetSocketAddress server) {
    comingBack = epoch != null;
    upgraded = false;
    subscribed = false;
    tail = NOTHING;
    try {
      SocketChannel opened = SocketChannel.open();
      channel = opened;
      opened.configureBlocking(false);
      opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
      opened.bind(new InetSocketAddress(source, 0));
      SelectionKey key = opened.register(selector, SelectionKey.OP_CONNECT, this);
      if (opened.connect(server)) {
        greet(key, opened);
      }
    } catch (IOException e) {
      lost("connect: " + e);
    }
  }

  /** Does what its key is ready for. */
  void ready(SelectionKey key, ReadBuffer shared) {
    SocketChannel open = channel;
    if (open == null) {
      return;
    }
    try {
      if (key.isConnectable()) {
        open.finishConnect();
        greet(key, open);
      } else {
        read(open, shared);
      }
    } catch (IOException e) {
      lost(e.toString());
    }
  }

  void close() {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      comeback.error("close: " + e);
    }
    channel = null;
    subscribed = false;
  }

  private void lost(String why) {
    if (comingBack) {
      comeback.error(why); // not the instance that was killed, but the one that it came to
    }
    retry();
  }

  private void retry() {
    close();
    dueNanos = System.nanoTime() + backoff.nextNanos();
  }

  private void greet(SelectionKey key, SocketChannel open) throws IOException {
    key.interestOps(SelectionKey.OP_READ);
    InetSocketAddress server = (InetSocketAddress) open.getRemoteAddress();
    send(
        ByteBuffer.wrap(
            ClientFrames.upgradeRequest(server.getHostString(), server.getPort(), PATH)));
  }

  private void read(SocketChannel open, ReadBuffer shared) throws IOException {
    shared.view.clear().put(tail);
    if (open.read(shared.view) < 0) {
      throw new IOException("the connection has ended");
    }
    int end = shared.view.position();
    int from = upgraded ? 0 : upgrade(shared.bytes, end);
    if (upgraded) {
      from = ServerFrames.read(shared.bytes, from, end, this);
    }
    tail = Arrays.copyOfRange(shared.bytes, from, end);
  }

  /** Looks for the end of the upgrade's answer; returns where the first frame begins. */
  private int upgrade(byte[] bytes, int end) {
    String response = new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
    int headersEnd = response.indexOf("\r\n\r\n");
    if (headersEnd < 0) {
      return 0;
    }
    if (!ClientFrames.isUpgraded(response)) {
      comeback.refused(response.lines().findFirst().orElse(""));
      retry();
      return end;
    }
    upgraded = true;
    if (comingBack) {
      comeback.letIn(System.nanoTime());
    }
    return headersEnd + 4;
  }

  @Override
  public boolean frame(int opcode, byte[] bytes, int start, int end) throws IOException {
    switch (opcode) {
      case ClientFrames.PING ->
          send(ClientFrames.frame(ClientFrames.PONG, Arrays.copyOfRange(bytes, start, end)));
      case ClientFrames.CLOSE -> throw new IOException("closed with " + code(bytes, start));
      case ClientFrames.PONG -> {}
      default -> message(new String(bytes, start, end - start, StandardCharsets.UTF_8));
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
      moveTo(number(text));
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
    Matcher named = EPOCH.matcher(text);
    if (!named.find()) {
      throw new IOException("no place to come back to: " + text);
    }
    if (!comingBack) {
      offset = number(text);
    } else if (!resumed) {
      resumed = true;
      comeback.resumed(System.nanoTime(), text.contains("\"recovered\":true"));
    }
    epoch = named.group(1);
  }

  /** Each publication is one message, so its number is the last one's and one. */
  private void moveTo(long next) {
    comeback.missed += Math.max(0, next - offset - 1);
    comeback.repeated += next <= offset ? 1 : 0;
    offset = Math.max(offset, next);
  }

  private static long number(String text) throws IOException {
    Matcher matcher = OFFSET.matcher(text);
    if (!matcher.find()) {
      throw new IOException("no offset: " + text);
    }
    return Long.parseLong(matcher.group(1));
  }

  /** Our few small messages always fit into the socket of a server that reads. */
  private void send(ByteBuffer message) throws IOException {
    SocketChannel open = channel;
    if (open == null || (open.write(message) >= 0 && message.hasRemaining())) {
      throw new IOException("the server does not read what we send");
    }
  }
}
