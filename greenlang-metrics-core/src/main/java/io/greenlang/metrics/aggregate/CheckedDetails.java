package io.greenlang.metrics.aggregate;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Lets through what a message can carry of what an aggregate says of itself. */
final class CheckedDetails implements Aggregate.Details {

  /** What a metric's message has already, whatever its type. */
  private static final Set<String> FIELDS =
      Set.of(
          "channel",
          "name",
          "type",
          "value",
          "timestamp",
          "tags",
          "interval",
          "count",
          "min",
          "max",
          "offset",
          "replayed");

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

  private final Aggregate.Details details;
  private final GuardedAggregator guard;
  private final List<String> names = new ArrayList<>(4);

  CheckedDetails(Aggregate.Details details, GuardedAggregator guard) {
    this.details = details;
    this.guard = guard;
  }

  @Override
  public void put(String name, double number) {
    String why = null;
    if (!NAME.matcher(name).matches()) {
      why = "gave a name that is none";
    } else if (FIELDS.contains(name) || names.contains(name)) {
      why = "gave a name that is taken: " + name;
    } else if (!Double.isFinite(number)) {
      why = "gave " + number + " as " + name;
    } else if (names.size() == MAX) {
      why = "gave more than " + MAX + " numbers";
    }
    if (why == null) {
      names.add(name);
      details.put(name, number);
    } else {
      guard.broke("describe", why + "; it is left out");
    }
  }
}
