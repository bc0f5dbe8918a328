package io.greenlang.metrics.otlp;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Tags;

/** The identity of a received series, for the state that some series need. Immutable. */
record SeriesId(Channel channel, String name, Tags tags) {

  /** Returns the length of the name and the tags. */
  long characters() {
    long[] characters = {name.length()};
    tags.forEach((key, value) -> characters[0] += key.length() + value.length());
    return characters[0];
  }
}
