package io.greenlang.metrics.containers;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricSink;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.SendResult;
import jakarta.websocket.Session;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

  private static void publish(Collection<Metric> metrics) {
    for (Metric metric : metrics) {
      String message = json(metric);
      CLIENTS.forEach(each -> each.send(message));
    }
  }

  private static String json(Metric metric) {
    return "{\"channel\":\"bench.metrics\",\"name\":\"bench.time\",\"type\":\"gauge\",\"value\":"
        + metric.value()
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
  public void onClose(Session session, jakarta.websocket.CloseReason reason) {
    if (client != null) {
      CLIENTS.remove(client);
    }
  }

  /** One client, and what waits until its last send is done. */
  private static final class Client {

    private final Session session;
    private final Queue<String> waiting = new ArrayDeque<>();
    private boolean sending;

    Client(Session session) {
      this.session = session;
    }

    void send(String message) {
      synchronized (waiting) {
        if (sending) {
          if (waiting.size() < MAX_WAITING) {
            waiting.add(message);
          }
          return;
        }
        sending = true;
      }
      session.getAsyncRemote().sendText(message, this::sent);
    }

    private void sent(SendResult result) {
      String next;
      synchronized (waiting) {
        next = result.isOK() ? waiting.poll() : null;
        sending = next != null;
      }
      if (next != null) {
        session.getAsyncRemote().sendText(next, this::sent);
      }
    }
  }
}
