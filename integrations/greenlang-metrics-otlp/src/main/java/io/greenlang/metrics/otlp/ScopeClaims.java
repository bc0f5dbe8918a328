package io.greenlang.metrics.otlp;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The series of a request for which scopes compete: two instruments with one name and the same
 * attributes would become one series, whose values alternate.
 *
 * <p>Nearly all names belong to one scope. A pass over the names finds the others, and only the
 * points of those are compared, so that the points of most requests cost nothing. Memory: {@value
 * #MAX_ENTRIES} names and as many series; further ones are not compared. Not thread-safe.
 */
final class ScopeClaims {

  private static final int MAX_ENTRIES = 10_000;

  /** An instrumentation scope; both texts are empty if the sender has none. */
  record Scope(String name, String version) {

    /** Returns the scope as it can appear in a log. */
    @Override
    public String toString() {
      String shown = ExportRequest.shown(name);
      return version.isEmpty() ? shown : shown + " " + ExportRequest.shown(version);
    }
  }

  private record Series(String name, Tags tags) {}

  private final Map<String, Scope> scopes = new HashMap<>();
  private final Set<String> sharedNames = new HashSet<>();
  private final Map<Series, Scope> owners = new HashMap<>();

  /** Adds the name of a metric of a scope, in the pass before the points. */
  void addName(Scope scope, String name) {
    if (name.length() > Metric.MAX_NAME_LENGTH) {
      return; // its points are rejected anyway
    }
    Scope first = scopes.size() < MAX_ENTRIES ? scopes.putIfAbsent(name, scope) : scopes.get(name);
    if (first != null && !first.equals(scope)) {
      sharedNames.add(name);
    }
  }

  /** Returns whether several scopes have metrics of a name, so that each point needs a claim. */
  boolean isShared(String name) {
    return !sharedNames.isEmpty() && sharedNames.contains(name);
  }

  /** Returns why a point of a scope cannot be published; null if no other scope has its series. */
  @Nullable String problem(String name, Tags tags, Scope scope) {
    Scope owner = owners.get(new Series(name, tags));
    return owner == null || owner.equals(scope)
        ? null
        : "of the scope "
            + scope
            + " has the same attributes as one of the scope "
            + owner
            + "; rename one of them"
            + (owner.name().equals(scope.name())
                ? ""
                : ", or build the receiver with scopeName(true)");
  }

  /** Claims a series without an owner for a scope, of which a point was accepted. */
  void claim(String name, Tags tags, Scope scope) {
    if (owners.size() < MAX_ENTRIES) {
      owners.putIfAbsent(new Series(name, tags), scope);
    }
  }
}
