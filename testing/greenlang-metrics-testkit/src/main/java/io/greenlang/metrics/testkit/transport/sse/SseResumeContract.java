package io.greenlang.metrics.testkit.transport.sse;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.testkit.client.EventStreamClient;
import io.greenlang.metrics.testkit.transport.fixture.ContractPart;
import io.greenlang.metrics.testkit.transport.fixture.TransportFixture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Resuming a stream with the id of its last event. */
public interface SseResumeContract extends ContractPart {

  String SECOND = "second.metrics";

  /** The number of cuts of a test. */
  int CUTS = 40;

  @ParameterizedTest
  @ValueSource(strings = {"", "&batch=true", "&format=snapshot", "," + SECOND})
  default void resume_randomCuts_deliversEachMetricOnce(String parameters) {
    long seed = Long.getLong("sse.seed", System.nanoTime());
    System.out.println("sse.seed=" + seed + " " + parameters);
    Random random = new Random(seed);
    fixture().hub().addChannel(SECOND);
    fixture().serve();
    List<Double> received = new ArrayList<>();
    int published = 0;
    @Nullable String id = null;
    for (int cut = 0; cut <= CUTS; cut++) {
      try (EventStreamClient client = resume(parameters, id)) {
        published = publish(published, random, parameters.contains(SECOND));
        boolean isLast = cut == CUTS;
        int events = isLast ? Integer.MAX_VALUE : random.nextInt(12);
        for (int i = 0; i < events && received.size() < published; i++) {
          received.addAll(client.next("message").message().values("n"));
        }
        id = client.lastId();
        published = publish(published, random, parameters.contains(SECOND));
      }
    }
    try (EventStreamClient client = resume(parameters, id)) {
      while (received.size() < published) {
        received.addAll(client.next("message").message().values("n"));
      }
    }
    assertThat(received.stream().sorted().toList())
        .as("seed %d", seed)
        .isEqualTo(IntStream.range(0, published).mapToObj(i -> (double) i).toList());
    if (!parameters.contains(SECOND)) {
      assertThat(received).as("order, seed %d", seed).isSorted();
    }
  }

  @Test
  default void resume_headerOfEventSource_winsOverQuery() {
    fixture().serve();
    EventStreamClient first = fixture().connectEventsSubscribed("");
    fixture().publish("n", 1);
    String id = String.valueOf(first.next("message").id());
    fixture().publish("n", 2);
    EventStreamClient second =
        fixture().connectEvents("&since=2000-01-01T00:00:00Z", "Last-Event-ID", id);
    second.next("welcome");
    assertThat(second.next("subscribed").data()).contains("\"recovered\":true");
    EventStreamClient.Event event = second.next("message");
    assertThat(event.message().values("n")).containsExactly(2.0);
    assertThat(event.data()).contains("\"replayed\":true");
  }

  @Test
  default void resume_positionOfOtherServer_isNotRecovered() {
    fixture().serve();
    EventStreamClient first = fixture().connectEvents("");
    first.next("welcome");
    String id = String.valueOf(first.next("subscribed").id());
    String other = id.substring(0, id.indexOf('.')) + ".5.otherEpoch";
    EventStreamClient second = fixture().connectEvents("&last_event_id=" + other);
    second.next("welcome");
    assertThat(second.next("subscribed").data()).contains("\"recovered\":false");
    fixture().publish("n", 3);
    assertThat(second.next("message").message().values("n")).containsExactly(3.0);
  }

  @Test
  default void resume_idOfOtherSetOfChannels_inMidPublication_deliversTheRest() {
    fixture().hub().addChannel(SECOND);
    fixture().serve();
    String id;
    try (EventStreamClient both = resume("," + SECOND, null)) {
      fixture().hub().publish(metrics(SECOND, 100, 101));
      both.next("message");
      both.next("message");
      fixture().hub().publish(metrics(TransportFixture.CHANNEL, 1, 2, 3));
      assertThat(both.next("message").message().values("n")).containsExactly(1.0);
      id = String.valueOf(both.lastId());
    }
    fixture().hub().publish(metrics(SECOND, 102));
    try (EventStreamClient one = resume("", id)) {
      assertThat(one.next("message").message().values("n")).containsExactly(2.0);
      id = String.valueOf(one.lastId());
    }
    try (EventStreamClient more = resume("," + SECOND, id)) {
      assertThat(more.next("message").message().values("n")).containsExactly(3.0);
      fixture().hub().publish(metrics(SECOND, 103));
      assertThat(more.next("message").message().values("n"))
          .as("from now on")
          .containsExactly(103.0);
    }
  }

  @Test
  default void resume_positionsByChannel_replayLaterPublications() {
    fixture().serve();
    EventStreamClient first = fixture().connectEvents("");
    first.next("welcome");
    JsonNode start =
        first.next("subscribed").message().body().get("positions").get(TransportFixture.CHANNEL);
    fixture().publish("n", 1);
    String position =
        TransportFixture.CHANNEL + ":" + start.get("epoch").asText() + ":" + start.get("offset");
    EventStreamClient second = fixture().connectEvents("&positions=" + position);
    second.next("welcome");
    assertThat(second.next("subscribed").data()).contains("\"recovered\":true");
    assertThat(second.next("message").data()).contains("\"replayed\":true");
  }

  private static List<Metric> metrics(String channel, double... values) {
    return Arrays.stream(values)
        .mapToObj(value -> Metric.gauge(channel, "n", value, Tags.empty()))
        .toList();
  }

  private EventStreamClient resume(String parameters, @Nullable String id) {
    EventStreamClient client =
        id == null
            ? fixture().connectEvents(parameters)
            : fixture().connectEvents(parameters, "Last-Event-ID", id);
    client.next("welcome");
    EventStreamClient.Event subscribed = client.next("subscribed");
    if (id != null) {
      assertThat(subscribed.data()).doesNotContain("\"recovered\":false");
    }
    return client;
  }

  /** Publishes the next numbers, one to three in a publication; returns the one after the last. */
  private int publish(int first, Random random, boolean onBoth) {
    int next = first;
    for (int publications = random.nextInt(8); publications > 0; publications--) {
      String channel = onBoth && random.nextBoolean() ? SECOND : TransportFixture.CHANNEL;
      List<Metric> metrics = new ArrayList<>();
      for (int count = 1 + random.nextInt(3); count > 0; count--) {
        metrics.add(Metric.gauge(channel, "n", next++, Tags.empty()));
      }
      fixture().hub().publish(metrics);
    }
    return next;
  }
}
