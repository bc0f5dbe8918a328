package io.greenlang.metrics.testkit.security;

import com.fasterxml.jackson.databind.JsonNode;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import io.greenlang.metrics.testkit.client.ReceivedMessage;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A well-behaved client of several instances. When its connection ends, it connects to the next
 * instance and resumes from its position. It reads what a {@link SteadyPublisher} publishes, on its
 * own thread. Each publication must arrive once and in order, whatever happens to the instances.
 */
public final class ResumingWitness implements AutoCloseable {

  /** The time between two attempts to connect; a browser waits longer. */
  private static final Duration RETRY = Duration.ofMillis(20);

  private final List<URI> instances;
  private final Thread thread = new Thread(this::connectAll, "resuming-witness");
  private final List<Integer> closeCodes = new CopyOnWriteArrayList<>();
  private volatile @Nullable RawWebSocket connection;
  private volatile @Nullable Throwable failure;
  private volatile boolean closing;
  private volatile long latest;

  /** The position from which it resumes; null before the first connection. */
  private @Nullable JsonNode epoch;

  private long offset;

  private ResumingWitness(List<URI> instances) {
    this.instances = List.copyOf(instances);
  }

  /** Starts a witness, which connects to the first of the instances. */
  public static ResumingWitness start(List<URI> instances) {
    ResumingWitness witness = new ResumingWitness(instances);
    witness.thread.setDaemon(true);
    witness.thread.start();
    return witness;
  }

  /** Returns the close code of each connection that ended; 1006 if there was no close frame. */
  public List<Integer> closeCodes() {
    return List.copyOf(closeCodes);
  }

  /** Returns the number of the latest publication; 0 before the first. */
  public long latest() {
    return latest;
  }

  /**
   * Waits until a publication has arrived.
   *
   * @throws AssertionError if one was missing, repeated or out of order, or could not be replayed
   */
  public void awaitPublication(long number) {
    ResourceUsage.await(() -> latest >= number || failure != null);
    Throwable thrown = failure;
    if (thrown != null) {
      throw new AssertionError("the witness was affected", thrown);
    }
  }

  private void connectAll() {
    try {
      for (int attempt = 0; !closing; attempt++) {
        if (!connect(instances.get(attempt % instances.size()))) {
          LockSupport.parkNanos(RETRY.toNanos());
        }
      }
    } catch (RuntimeException | AssertionError e) {
      if (!closing) {
        failure = e;
      }
    }
  }

  /** Reads from an instance until the connection ends; returns false if it does not accept. */
  private boolean connect(URI url) {
    try (RawWebSocket client = RawWebSocket.connect(url)) {
      connection = client;
      if (client.handshake().status() != 101) {
        return false;
      }
      client.send(subscribe());
      readAll(client);
      return true;
    } catch (UncheckedIOException e) {
      return false; // the instance does not run
    }
  }

  private String subscribe() {
    String channel = SteadyPublisher.CHANNEL.name();
    String since =
        epoch == null
            ? ""
            : ",\"since\":{\"%s\":{\"epoch\":%s,\"offset\":%d}}".formatted(channel, epoch, offset);
    return "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"%s\"],\"batch\":true,\"resume\":true%s}}"
        .formatted(channel, since);
  }

  private void readAll(RawWebSocket client) {
    RawWebSocketFrame frame = client.nextFrame();
    while (frame != null && frame.opcode() != RawWebSocketFrame.CLOSE) {
      if (frame.opcode() == RawWebSocketFrame.TEXT) {
        read(client, frame.message());
      }
      frame = client.nextFrame();
    }
    closeCodes.add(frame == null ? 1006 : frame.closeCode());
  }

  private void read(RawWebSocket client, ReceivedMessage message) {
    switch (message.type()) {
      case "welcome" -> {}
      case "ping" -> client.send("{\"type\":\"pong\"}");
      case "subscribed" -> onSubscribed(message);
      case "metrics" -> onPublication(message);
      case "error" -> onError(client, message);
      default -> throw new AssertionError("unexpected: " + message.body());
    }
  }

  private void onSubscribed(ReceivedMessage message) {
    JsonNode position = message.body().at("/positions/" + SteadyPublisher.CHANNEL.name());
    if (epoch != null && !position.path("recovered").asBoolean()) {
      throw new AssertionError("not recovered after publication " + latest + ": " + position);
    }
    epoch = position.get("epoch");
    offset = position.get("offset").asLong();
  }

  /** Subscribes again after the time that the server requests. */
  private void onError(RawWebSocket client, ReceivedMessage message) {
    if (!message.text("code").equals("RATE_LIMITED")) {
      throw new AssertionError("rejected: " + message.body());
    }
    LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(message.body().get("retry_after").asLong()));
    client.send(subscribe());
  }

  private void onPublication(ReceivedMessage message) {
    long number = message.values(SteadyPublisher.SEQUENCE).get(0).longValue();
    if (latest != 0 && number != latest + 1) {
      throw new AssertionError("expected publication " + (latest + 1) + ": " + message.body());
    }
    latest = number;
    offset = message.body().get("offset").asLong();
  }

  /** Disconnects. */
  @Override
  public void close() {
    closing = true;
    RawWebSocket current = connection;
    if (current != null) {
      current.reset();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
