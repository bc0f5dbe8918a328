package io.greenlang.metrics.netty.internal.tls;

import io.greenlang.metrics.internal.util.NamedThreads;
import io.greenlang.metrics.internal.util.ThrottledLog;
import io.greenlang.metrics.websocket.transport.TlsSettings;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TLS side of a listening port: the current certificate, its files, and the threads of
 * handshakes. These are half as many as processors, so that a storm of handshakes leaves processors
 * to connected clients. They serve the latest client first. Thread-safe.
 */
public final class TlsServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(TlsServer.class);

  private static final int IDLE_SECONDS = 10;

  /** The time that a connection that is being closed has to accept its last bytes. */
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  private final ThrottledLog failureLog = new ThrottledLog(log);
  private final IdentitySource source;
  private final Duration reloadInterval;
  private final ThreadPoolExecutor threads;
  private IdentitySource.Content content;
  private volatile EngineFactory engines;

  /**
   * Reads the certificate.
   *
   * @param maxHandshakes the maximum number of handshakes that wait for a thread
   * @throws IOException if it cannot be used; the message has the file, the reason and the remedy
   */
  public TlsServer(TlsSettings settings, int maxHandshakes) throws IOException {
    this.source = IdentitySource.of(settings.source());
    this.reloadInterval = settings.reloadInterval();
    this.content = source.read();
    this.engines = newEngines(content.identity(), "Serving");
    this.threads = newThreads(maxHandshakes);
  }

  private static ThreadPoolExecutor newThreads(int maxHandshakes) {
    int count = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            count,
            count,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LatestFirstQueue(maxHandshakes),
            NamedThreads.numbered("greenlang-tls-"));
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  private static EngineFactory newEngines(Identity identity, String action) {
    EngineFactory factory = new EngineFactory(identity);
    String problem = identity.invalidity(Instant.now());
    if (problem == null) {
      log.info(
          "{} the TLS certificate of {}, valid until {}",
          action,
          identity.name(),
          identity.notAfter());
    } else {
      log.warn(
          "{} the TLS certificate of {}, but clients reject it: it {}",
          action,
          identity.name(),
          problem);
    }
    return factory;
  }

  /** Returns the time between two checks of the files. */
  public Duration reloadInterval() {
    return reloadInterval;
  }

  /**
   * Reads the files again, for new connections. Blocks.
   *
   * @throws IOException if they cannot be used; the previous certificate stays in use
   */
  public synchronized void reload() throws IOException {
    replace(source.read());
  }

  private void replace(IdentitySource.Content newContent) throws IOException {
    engines = newEngines(newContent.identity(), "Reloaded");
    content = newContent;
  }

  /**
   * Reads the files again on another thread if their content has changed. A failure is logged once
   * per minute.
   */
  public void checkFiles() {
    try {
      threads.execute(this::reloadIfChanged);
    } catch (RejectedExecutionException e) {
      log.debug("The threads of handshakes are busy; the next check reads the certificate");
    }
  }

  /** Reads the files again if their content has changed. Blocks. */
  synchronized void reloadIfChanged() {
    try {
      IdentitySource.Content newContent = source.read();
      if (!newContent.equals(content)) {
        replace(newContent);
      }
    } catch (IOException | RuntimeException e) {
      failureLog.warn(
          "Failed to reload the TLS certificate; keeping the previous one: {}", e.getMessage());
    }
  }

  /** A listener to connections that TLS refuses, called on their I/O threads. */
  public interface Listener {

    /** Answers a client that does not speak TLS. All further bytes of the client are discarded. */
    void onPlainText(Channel channel);

    /**
     * Records that a handshake failed, and not because the client left. TLS ends the connection.
     */
    void onFailedHandshake(Channel channel, Throwable cause);
  }

  /**
   * Returns a handler for the start of a connection's pipeline, which decides by the first byte
   * whether the client speaks TLS.
   */
  public ChannelHandler newHandler(Listener listener) {
    return new TlsDetector(channel -> newSslHandler(channel, listener), listener::onPlainText);
  }

  /** Returns a handler that closes its connection when the client has closed TLS, as at its end. */
  private SslHandler newSslHandler(Channel channel, Listener listener) {
    SslHandler handler = new TlsHandler(engines.newEngine(), threads);
    handler
        .handshakeFuture()
        .addListener(
            handshake -> {
              if (handshake.cause() != null && channel.isActive()) {
                listener.onFailedHandshake(channel, handshake.cause());
              }
            });
    handler
        .sslCloseFuture()
        .addListener(
            (Future<Channel> closed) -> {
              if (closed.isSuccess()) {
                closed.getNow().close();
              }
            });
    handler.setHandshakeTimeoutMillis(0); // the timeout of requests begins with the connection
    handler.setCloseNotifyFlushTimeoutMillis(CLOSE_TIMEOUT.toMillis());
    return handler;
  }

  /** Ends the threads; handshakes in progress fail. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
