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
 * What the benchmark measures us against: an endpoint as one would write it, which sends each
 * metric to each client in a message of its own, by one asynchronous send. It formats a metric once
 * for all clients, and keeps one send in flight for each, because Tomcat takes no second.
 */
public final class PlainEndpoint extends Endpoint {

  /** Of all clients; a benchmark has one server in a process. */
  private static final Set<Client> CLIENTS = ConcurrentHashMap.newKeySet();

  /** How many messages may wait for one client. More are lost: it does not keep up. */
  private static final int MAX_WAITING = 1000;

  private @Nullable Client client;

  /** Sends to everybody who is connected. Any thread. */
  static MetricSink sink() {
    return PlainEndpoint::publish;
  }

  /** How many are connected. Any thread. */
  static int clients() {
    return CLIENTS.size();
  }

  private static void publish(Collection<Metric> metrics) {
    for (Metric metric : metrics) {
      String message = json(metric);
      CLIENTS.forEach(each -> each.send(message));
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
   * One client, and what waits until its last send is done. Whoever raises {@link #work} from zero
   * sends; the handler may come inline, and the stack must not grow by that.
   */
  private static final class Client {

    private final Session session;
    private final Queue<String> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waitingCount = new AtomicInteger();
    private final AtomicInteger work = new AtomicInteger();
    private volatile boolean sending;

    Client(Session session) {
      this.session = session;
    }

    void send(String message) {
      if (waitingCount.get() < MAX_WAITING) {
        waitingCount.incrementAndGet();
        waiting.add(message);
        work();
      }
    }

    private void sent(SendResult result) {
      if (result.isOK()) {
        sending = false;
        work();
      }
    }

    private void begin(String message) {
      try {
        session.getAsyncRemote().sendText(message, this::sent);
      } catch (RuntimeException e) {
        CLIENTS.remove(this); // closed meanwhile
      }
    }

    private void work() {
      if (work.getAndIncrement() != 0) {
        return;
      }
      int done = 1;
      do {
        String next = sending ? null : waiting.poll();
        if (next != null) {
          waitingCount.decrementAndGet();
          sending = true;
          begin(next);
        }
        done = work.addAndGet(-done);
      } while (done != 0);
    }
  }
}
