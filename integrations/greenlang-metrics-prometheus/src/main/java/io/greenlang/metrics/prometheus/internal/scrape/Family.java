package io.greenlang.metrics.prometheus.internal.scrape;

import io.greenlang.metrics.prometheus.internal.text.FamilyType;
import org.jspecify.annotations.Nullable;

/** A metric family, as its last lines described it. Confined to the collecting thread. */
final class Family {

  final String name;
  FamilyType type = FamilyType.UNKNOWN;
  @Nullable String help;
  @Nullable String unit;

  /** The scrape that declared the type last. */
  long typedIn;

  /** The scrape that had a sample last. */
  long sampledIn;

  /** The scrape that mentioned the family last. */
  long seenIn;

  Family(String name) {
    this.name = name;
  }
}
