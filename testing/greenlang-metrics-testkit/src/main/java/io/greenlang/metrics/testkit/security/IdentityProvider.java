package io.greenlang.metrics.testkit.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.greenlang.metrics.testkit.tls.ClientContexts;
import io.greenlang.metrics.testkit.tls.TestCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An identity provider on the loopback address: it publishes its metadata and its key set, and
 * signs tokens. Its keys can rotate, and it can fail in the ways of a real one. Thread-safe.
 */
public final class IdentityProvider implements AutoCloseable {

  private static final String METADATA = "/.well-known/openid-configuration";

  /** The answer to a request for the key set. */
  private interface Answer {
    void send(HttpExchange exchange) throws IOException;
  }

  private final String scheme;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger requests = new AtomicInteger();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile Answer answer = exchange -> send(exchange, 500, "no keys");

  /** Starts a provider without keys. */
  public IdentityProvider() {
    this(null);
  }

  /**
   * Starts a provider without keys.
   *
   * @param certificate the certificate of its https address; null for http
   */
  public IdentityProvider(@Nullable TestCertificate certificate) {
    scheme = certificate == null ? "http" : "https";
    try {
      server = newServer(certificate);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/jwks", this::serveKeys);
    server.createContext(METADATA, exchange -> send(exchange, 200, metadata(issuer())));
    server.start();
  }

  private static HttpServer newServer(@Nullable TestCertificate certificate) throws IOException {
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    if (certificate == null) {
      return HttpServer.create(anyPort, 0);
    }
    HttpsServer https = HttpsServer.create(anyPort, 0);
    https.setHttpsConfigurator(new HttpsConfigurator(ClientContexts.serving(certificate)));
    return https;
  }

  /** Returns the issuer of its tokens, which is its address. */
  public String issuer() {
    return scheme + "://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Returns the address of its key set. */
  public String keySetUrl() {
    return issuer() + "/jwks";
  }

  /** Returns the metadata of an issuer whose keys are at this provider. */
  private String metadata(String issuer) {
    return "{\"issuer\":\"" + issuer + "\",\"jwks_uri\":\"" + keySetUrl() + "\"}";
  }

  /** Publishes these keys, and no others. */
  public void publish(SigningKey... keys) {
    publish(Arrays.stream(keys).map(SigningKey::jwk).toList());
  }

  /** Publishes JSON Web Keys, and no others. */
  public void publish(List<String> keys) {
    String body = keys.stream().collect(Collectors.joining(",", "{\"keys\":[", "]}"));
    answer(200, body);
  }

  /** Answers requests for the key set with a status and a body. */
  public void answer(int status, String body) {
    answer = exchange -> send(exchange, status, body);
  }

  /** Accepts requests for the key set and does not answer them. */
  public void hang() {
    answer =
        exchange -> {
          try {
            closed.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.close();
        };
  }

  /** Returns the number of requests for the key set. */
  public int requests() {
    return requests.get();
  }

  /**
   * Returns claims of this issuer for the next hour.
   *
   * @param members further JSON members, each after a comma; may be empty
   */
  public String claims(String members) {
    long expiry = Instant.now().getEpochSecond() + 3600;
    return "{\"iss\":\"" + issuer() + "\",\"sub\":\"ada\",\"exp\":" + expiry + members + "}";
  }

  /** Returns a token for the audience "metrics". */
  public String token(SigningKey key) {
    return key.sign(claims(",\"aud\":\"metrics\""));
  }

  private void serveKeys(HttpExchange exchange) throws IOException {
    requests.incrementAndGet();
    answer.send(exchange);
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
