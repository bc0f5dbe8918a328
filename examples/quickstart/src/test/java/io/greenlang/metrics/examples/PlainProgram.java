package io.greenlang.metrics.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/**
 * A program that knows nothing of this project or of OpenTelemetry: an HTTP server of the JDK,
 * which it requests once for each line of its input. It prints the time of the request, in
 * milliseconds since 1970.
 */
public final class PlainProgram {

  private PlainProgram() {}

  /** Requests itself until the input ends. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/orders",
        exchange -> {
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    URI orders = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/orders");
    HttpClient client = HttpClient.newHttpClient();
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    while (input.readLine() != null) {
      long start = System.currentTimeMillis();
      HttpResponse<Void> response =
          client.send(
              HttpRequest.newBuilder(orders).build(), HttpResponse.BodyHandlers.discarding());
      System.out.println((response.statusCode() == 204 ? "done " : "failed ") + start);
    }
    server.stop(0);
  }
}
