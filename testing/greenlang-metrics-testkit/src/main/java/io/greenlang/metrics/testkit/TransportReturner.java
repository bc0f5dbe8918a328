package io.greenlang.metrics.testkit;

import static io.greenlang.metrics.testkit.TransportRig.CHANNEL;
import static io.greenlang.metrics.testkit.TransportRig.subscribe;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A client that disconnects abruptly and resumes from its last position, as the protocol page
 * describes. Not thread-safe.
 */
final class TransportReturner {

  private final TransportRig rig;
  private final String fields;
  private @Nullable RawWebSocket connection;
  private @Nullable JsonNode epoch;
  private long offset;

  TransportReturner(TransportRig rig, String fields) {
    this.rig = rig;
    this.fields = fields + ",\"resume\":true";
  }

  /**
   * Connects and resumes; returns whether nothing was missed. The first connection always returns
   * true.
   */
  boolean come() {
    RawWebSocket opened = rig.raw();
    connection = opened;
    String since =
        epoch == null
            ? ""
            : ",\"since\":{\""
                + CHANNEL
                + "\":{\"epoch\":"
                + epoch
                + ",\"offset\":"
                + offset
                + "}}";
    JsonNode position =
        opened.ask(subscribe(fields + since), "subscribed").body().at("/positions/" + CHANNEL);
    boolean firstTime = epoch == null;
    epoch = position.get("epoch");
    offset = position.get("offset").asLong();
    return firstTime || position.get("recovered").asBoolean();
  }

  /** Returns the values of {@code n} in the next message. */
  List<Double> next() {
    TransportMessage message = Objects.requireNonNull(connection).message();
    offset = message.body().get("offset").asLong();
    return message.values("n");
  }

  /** Disconnects without a closing handshake. */
  void go() throws Exception {
    Objects.requireNonNull(connection).close();
  }
}
