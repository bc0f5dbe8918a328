package io.greenlang.metrics.benchmarks.reconnect;

import io.greenlang.metrics.benchmarks.fanout.ClientFrames;
import io.greenlang.metrics.benchmarks.fanout.ReconnectingClient;
import io.greenlang.metrics.testkit.load.Publisher;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Client that behaves like ours when it loses its instance: it backs off, reconnects, and resumes
 * from its last position. Confined to the thread of its pool.
 */
final class ResumingClient extends ReconnectingClient {

  private static final Pattern OFFSET = Pattern.compile("\"offset\":(\\d+)");
  private static final Pattern EPOCH = Pattern.compile("\"epoch\":\"([^\"]+)\"");

  private final Backoff backoff;
  private final ReconnectStats reconnects;

  private boolean reconnecting;
  private boolean subscribed;

  private boolean resumed;

  /**
   * The epoch of the client's position in the channel; null until it has subscribed for the first
   * time.
   */
  private @Nullable String epoch;

  private long offset;

  /** The time of the next attempt while the client is disconnected. */
  private long nextAttemptNanos = System.nanoTime();

  /**
   * Creates a client without a connection.
   *
   * @param sourceAddress the address that it connects from
   */
  ResumingClient(String sourceAddress, Backoff backoff, ReconnectStats reconnects) {
    super(sourceAddress);
    this.backoff = backoff;
    this.reconnects = reconnects;
  }

  boolean isSubscribed() {
    return subscribed;
  }

  /** Returns whether the client is disconnected, and its next attempt is due. */
  boolean isDue(long nowNanos) {
    return !isConnected() && nextAttemptNanos - nowNanos <= 0;
  }

  /** Starts connecting. */
  void connect(Selector selector, InetSocketAddress server) {
    reconnecting = epoch != null;
    subscribed = false;
    open(selector, server);
  }

  void close() {
    SocketChannel open = release();
    subscribed = false;
    try {
      if (open != null) {
        open.close();
      }
    } catch (IOException e) {
      reconnects.recordFailure("close: " + e);
    }
  }

  @Override
  protected void onConnectionLost(String reason) {
    if (reconnecting) {
      reconnects.recordFailure(reason); // lost the new instance, not the one that was killed
    }
    retry();
  }

  private void retry() {
    close();
    nextAttemptNanos = System.nanoTime() + backoff.nextNanos();
  }

  @Override
  protected void onRejected(String statusLine) {
    reconnects.recordRejected(statusLine);
    retry();
  }

  @Override
  protected void onUpgraded() {
    if (reconnecting) {
      reconnects.recordAccepted(System.nanoTime());
    }
  }

  @Override
  protected void onMessage(byte[] bytes, int start, int end) throws IOException {
    String text = new String(bytes, start, end - start, StandardCharsets.UTF_8);
    if (text.contains("\"retry_after\":")) { // too many clients resume at this moment
      reconnects.recordRejected(text);
      retry();
    } else {
      message(text);
    }
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
}
