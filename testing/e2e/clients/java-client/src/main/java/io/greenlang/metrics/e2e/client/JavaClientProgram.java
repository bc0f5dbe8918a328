package io.greenlang.metrics.e2e.client;

import io.greenlang.metrics.client.MetricsClient;
import io.greenlang.metrics.client.MetricsClientBuilder;
import io.greenlang.metrics.client.model.ConnectionChange;
import io.greenlang.metrics.client.model.HistoryQuery;
import io.greenlang.metrics.client.model.Interval;
import io.greenlang.metrics.client.model.MetricSubscription;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The Java client as a program. It executes the commands of its standard input, one per line, until
 * the end of the input:
 *
 * <pre>
 * subscribe CHANNEL [messagePack] [batch] [metadata] [metrics=NAME,NAME] [interval=INTERVAL] [tag=KEY=VALUE]
 * unsubscribe CHANNEL
 * history CHANNEL NAME START END
 * </pre>
 *
 * <p>It prints each event of the client as {@link EventPrinter} describes.
 */
public final class JavaClientProgram {

  private static final Duration BACKOFF_BASE = Duration.ofMillis(20);
  private static final Duration BACKOFF_MAX = Duration.ofMillis(500);

  /** On a busy machine, the last event can follow the end of {@code close}. */
  private static final long MAX_END_SECONDS = 30;

  private final MetricsClient client;
  private final CountDownLatch ended;
  private final EventPrinter printer = new EventPrinter(System.out);

  private JavaClientProgram(MetricsClient client, CountDownLatch ended) {
    this.client = client;
    this.ended = ended;
  }

  /**
   * Runs the program.
   *
   * @param args the token, which can be absent, and the URL of the server
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    MetricsClientBuilder builder = MetricsClient.builder(args[args.length - 1]);
    if (args.length > 1) {
      builder.token(args[0]);
    }
    CountDownLatch ended = new CountDownLatch(1);
    // Only daemon threads remain after the client is closed, so the program exits by itself.
    try (MetricsClient client = builder.backoff(BACKOFF_BASE, BACKOFF_MAX).build()) {
      new JavaClientProgram(client, ended).run();
    }
    if (!ended.await(MAX_END_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException(
          "the client reported no end within " + MAX_END_SECONDS + " s after close()");
    }
  }

  private void onConnectionChange(ConnectionChange change) {
    printer.print(change);
    if (change.state().hasEnded()) {
      ended.countDown();
    }
  }

  private void run() throws IOException {
    client.onConnectionChange(this::onConnectionChange);
    client.onError(printer::print);
    client.onGap(printer::print);
    client.onMetadata(printer::print);
    client.onMetric("*", printer::print);
    client.connect();
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String command;
    while ((command = commands.readLine()) != null) {
      execute(command.split(" "));
    }
  }

  /** Starts a command. The listener of errors prints the rejection of a subscription. */
  private void execute(String[] words) {
    String channel = words[1];
    switch (words[0]) {
      case "subscribe" ->
          client
              .subscribe(subscription(channel, Arrays.copyOfRange(words, 2, words.length)))
              .thenAccept(channels -> printer.printReply("subscribed", channels));
      case "unsubscribe" ->
          client.unsubscribe(channel).thenRun(() -> printer.printReply("unsubscribed", channel));
      case "history" -> client.history(history(words)).thenAccept(printer::printHistory);
      default -> throw new IllegalArgumentException("unknown command: " + words[0]);
    }
  }

  private static MetricSubscription subscription(String channel, String[] options) {
    MetricSubscription subscription = MetricSubscription.of(channel);
    for (String option : options) {
      subscription = withOption(subscription, option.split("=", 2));
    }
    return subscription;
  }

  private static MetricSubscription withOption(MetricSubscription subscription, String[] option) {
    return switch (option[0]) {
      case "messagePack" -> subscription.messagePack();
      case "batch" -> subscription.batch();
      case "metadata" -> subscription.metadata();
      case "metrics" -> subscription.metrics(option[1].split(","));
      case "interval" -> subscription.interval(Interval.valueOf(option[1]));
      case "tag" -> {
        String[] tag = option[1].split("=", 2);
        yield subscription.tag(tag[0], tag[1]);
      }
      default -> throw new IllegalArgumentException("unknown option: " + option[0]);
    };
  }

  private static HistoryQuery history(String[] words) {
    return HistoryQuery.of(words[1], Instant.parse(words[3]))
        .metrics(words[2])
        .until(Instant.parse(words[4]))
        .metadata();
  }
}
