package io.greenlang.metrics.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A real HTTP server whose answers a test determines. */
final class TestTarget implements AutoCloseable {

  static final String TEXT = "text/plain; version=0.0.4";
  static final String OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";
  static final String PROTOBUF =
      "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily;"
          + " encoding=delimited";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private volatile HttpHandler handler = exchange -> exchange.sendResponseHeaders(404, -1);

  /** The headers of the last request. */
  volatile Headers request = new Headers();

  TestTarget() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/metrics",
        exchange -> {
          request = exchange.getRequestHeaders();
          try (exchange) {
            handler.handle(exchange);
          }
        });
    server.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/metrics");
  }

  void answer(HttpHandler newHandler) {
    handler = newHandler;
  }

  /** Answers with status 200 and a body. */
  void answer(String contentType, String body) {
    answer(contentType, body.getBytes(UTF_8));
  }

  /** Answers with status 200, a body, and further headers as alternating names and values. */
  void answer(String contentType, byte[] body, String... headers) {
    answer(
        exchange -> {
          for (int i = 0; i < headers.length; i += 2) {
            exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
          }
          exchange.getResponseHeaders().set("Content-Type", contentType);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
        });
  }

  /** Starts an answer without an end. */
  static OutputStream begin(HttpExchange exchange, int status, String contentType)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", contentType);
    exchange.sendResponseHeaders(status, 0);
    return exchange.getResponseBody();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
