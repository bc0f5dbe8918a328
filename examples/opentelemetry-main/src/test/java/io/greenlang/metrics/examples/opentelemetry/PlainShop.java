package io.greenlang.metrics.examples.opentelemetry;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A program that knows nothing of this project or of OpenTelemetry: an HTTP server of the JDK,
 * which prints its address.
 */
public final class PlainShop {

  private PlainShop() {}

  /** Serves orders until the process is ended. */
  public static void main(String[] arguments) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/orders",
        exchange -> {
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    System.out.println("Orders: http://127.0.0.1:" + server.getAddress().getPort() + "/orders");
  }
}
