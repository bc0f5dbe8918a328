package io.greenlang.metrics.internal.aggregate;

import io.greenlang.metrics.aggregate.Aggregate;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A filter of the details of an aggregate, which forwards those that a message can carry. */
final class CheckedDetails implements Aggregate.Details {

  private static final Pattern NAME = Pattern.compile("(?!__proto__$)[A-Za-z0-9_.-]{1,64}");

  private final Aggregate.Details details;
  private final GuardedAggregator guard;
  private final List<String> names = new ArrayList<>(4);

  CheckedDetails(Aggregate.Details details, GuardedAggregator guard) {
    this.details = details;
    this.guard = guard;
  }

  @Override
  public void put(String name, double number) {
    String problem = null;
    if (!NAME.matcher(name).matches()) {
      problem = "returned an invalid detail name";
    } else if (RESERVED_NAMES.contains(name) || names.contains(name)) {
      problem = "returned a detail name that is already in use: " + name;
    } else if (!Double.isFinite(number)) {
      problem = "returned " + number + " as detail " + name;
    } else if (names.size() == MAX) {
      problem = "returned more than " + MAX + " details";
    }
    if (problem == null) {
      names.add(name);
      details.put(name, number);
    } else {
      guard.onContractViolation("forEachField", problem + "; the detail is left out");
    }
  }
}
