package io.greenlang.metrics.testkit;

import static io.greenlang.metrics.testkit.TransportRig.CHANNEL;
import static io.greenlang.metrics.testkit.TransportRig.subscribe;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A client that goes without a word and comes back to where it was, as the protocol's page says.
 * One thread.
 */
final class TransportReturner {

  private final TransportRig rig;
  private final String view;
  private @Nullable RawWebSocket connection;
  private @Nullable JsonNode epoch;
  private long offset;

  TransportReturner(TransportRig rig, String view) {
    this.rig = rig;
    this.view = view + ",\"resume\":true";
  }

  /** Connects, and tells whether it has missed nothing; true the first time. */
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
        opened.ask(subscribe(view + since), "subscribed").body().at("/positions/" + CHANNEL);
    boolean first = epoch == null;
    epoch = position.get("epoch");
    offset = position.get("offset").asLong();
    return first || position.get("recovered").asBoolean();
  }

  /** The values of {@code n} in the next message. */
  List<Double> next() {
    TransportMessage message = Objects.requireNonNull(connection).message();
    offset = message.body().get("offset").asLong();
    return message.values("n");
  }

  /** Cuts the connection. */
  void go() throws Exception {
    Objects.requireNonNull(connection).close();
  }
}
