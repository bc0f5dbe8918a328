package io.greenlang.metrics.containers;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricSink;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.SendResult;
import jakarta.websocket.Session;
import java.util.Collection;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The baseline of the benchmark: a straightforward endpoint that sends each metric to each client
 * in a separate message by one asynchronous send. It formats a metric once for all clients and
 * keeps one send in flight per client, because Tomcat rejects a second one.
 */
public final class PlainEndpoint extends Endpoint {

  /** All connected clients; static because a benchmark process has a single server. */
  private static final Set<Client> CLIENTS = ConcurrentHashMap.newKeySet();

  /** The maximum number of queued messages per client; a slow consumer loses the rest. */
  private static final int MAX_QUEUED = 1000;

  private @Nullable Client client;

  /** Returns a sink that sends to all connected clients. Thread-safe. */
  static MetricSink sink() {
    return PlainEndpoint::publish;
  }

  /** Returns the number of connected clients. Thread-safe. */
  static int clients() {
    return CLIENTS.size();
  }

  private static void publish(Collection<Metric> metrics) {
    for (Metric metric : metrics) {
      String message = json(metric);
      CLIENTS.forEach(recipient -> recipient.send(message));
    }
  }

  private static String json(Metric metric) {
    return "{\"channel\":\"bench.metrics\",\"name\":\"bench.time\",\"type\":\"gauge\",\"value\":"
        + (long) metric.value()
        + ",\"timestamp\":\"2026-11-22T00:00:00.000Z\","
        + "\"tags\":{\"env\":\"production\",\"host\":\"server-1\"}}";
  }

  @Override
  public void onOpen(Session session, EndpointConfig config) {
    session.setMaxIdleTimeout(-1);
    session.addMessageHandler(String.class, (MessageHandler.Whole<String>) ignored -> {});
    Client opened = new Client(session);
    client = opened;
    CLIENTS.add(opened);
  }

  @Override
  public void onClose(Session session, CloseReason reason) {
    if (client != null) {
      CLIENTS.remove(client);
    }
  }

  /**
   * One client and the queue of messages that wait for the send in flight. The thread that raises
   * {@link #pendingWork} from zero drains the queue. A completion handler may run inline; the
   * counter keeps it from growing the stack.
   */
  private static final class Client {

    private final Session session;
    private final Queue<String> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queueSize = new AtomicInteger();
    private final AtomicInteger pendingWork = new AtomicInteger();
    private volatile boolean sending;

    Client(Session session) {
      this.session = session;
    }

    void send(String message) {
      if (queueSize.get() < MAX_QUEUED) {
        queueSize.incrementAndGet();
        queue.add(message);
        drain();
      }
    }

    private void onSent(SendResult result) {
      if (result.isOK()) {
        sending = false;
        drain();
      }
    }

    private void sendNow(String message) {
      try {
        session.getAsyncRemote().sendText(message, this::onSent);
      } catch (RuntimeException e) {
        CLIENTS.remove(this); // closed concurrently
      }
    }

    private void drain() {
      if (pendingWork.getAndIncrement() != 0) {
        return;
      }
      int processed = 1;
      do {
        String message = sending ? null : queue.poll();
        if (message != null) {
          queueSize.decrementAndGet();
          sending = true;
          sendNow(message);
        }
        processed = pendingWork.addAndGet(-processed);
      } while (processed != 0);
    }
  }
}
