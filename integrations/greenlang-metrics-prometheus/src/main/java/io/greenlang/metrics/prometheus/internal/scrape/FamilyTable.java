package io.greenlang.metrics.prometheus.internal.scrape;

import io.greenlang.metrics.prometheus.internal.text.BadLineException;
import io.greenlang.metrics.prometheus.internal.text.ExpositionFormat;
import io.greenlang.metrics.prometheus.internal.text.FamilyType;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The families of a target. It holds at most a given number, and forgets those that a scrape did
 * not mention. Confined to the collecting thread.
 */
final class FamilyTable {

  /** The meaning of a sample within its family. */
  enum Role {
    /** A level. */
    GAUGE,
    /** A total. */
    COUNTER,
    /** A quantile that the target computed. */
    QUANTILE,
    /** The count of a histogram's bucket. */
    BUCKET,
    /** The sum of a histogram. */
    SUM,
    /** The count of a histogram, which its buckets contain. */
    COUNT,
    /** A whole histogram with native buckets. */
    NATIVE,
    /** The time at which a family's totals were zero. */
    CREATED
  }

  /** A sample's family and its meaning there. */
  record Membership(Family family, Role role) {}

  private static final Map<FamilyType, Role> EXACT =
      Map.of(
          FamilyType.GAUGE, Role.GAUGE,
          FamilyType.UNKNOWN, Role.GAUGE,
          FamilyType.STATE_SET, Role.GAUGE,
          FamilyType.SUMMARY, Role.QUANTILE);

  private static final Map<String, Map<FamilyType, Role>> BY_SUFFIX =
      Map.of(
          "_total", Map.of(FamilyType.COUNTER, Role.COUNTER),
          "_info", Map.of(FamilyType.INFO, Role.GAUGE),
          "_bucket",
              Map.of(FamilyType.HISTOGRAM, Role.BUCKET, FamilyType.GAUGE_HISTOGRAM, Role.BUCKET),
          "_sum", Map.of(FamilyType.HISTOGRAM, Role.SUM, FamilyType.SUMMARY, Role.COUNTER),
          "_count", Map.of(FamilyType.HISTOGRAM, Role.COUNT, FamilyType.SUMMARY, Role.COUNTER),
          "_gsum", Map.of(FamilyType.GAUGE_HISTOGRAM, Role.SUM),
          "_gcount", Map.of(FamilyType.GAUGE_HISTOGRAM, Role.COUNT),
          "_created",
              Map.of(
                  FamilyType.COUNTER, Role.CREATED,
                  FamilyType.HISTOGRAM, Role.CREATED,
                  FamilyType.SUMMARY, Role.CREATED));

  private final int maxFamilies;
  private final Map<String, Family> families = new HashMap<>();
  private ExpositionFormat format = ExpositionFormat.TEXT;
  private long scrape;
  private long version;
  private boolean hasNewDescription;

  FamilyTable(int maxFamilies) {
    this.maxFamilies = maxFamilies;
  }

  void begin(long newScrape, ExpositionFormat newFormat) {
    scrape = newScrape;
    if (format != newFormat) {
      // The same family of counters has another name in the other format.
      families.clear();
      format = newFormat;
      version++;
    }
  }

  /** Returns a number that changes when a sample may belong to another family than before. */
  long version() {
    return version;
  }

  /** Returns whether a help text or a unit is new since the last call. */
  boolean pollDescribed() {
    boolean result = hasNewDescription;
    hasNewDescription = false;
    return result;
  }

  void type(String name, FamilyType type) throws BadLineException {
    Family family = declared(name);
    if (family.sampledIn == scrape) {
      throw new BadLineException("declares the type of a family after its first sample");
    }
    if (family.typedIn == scrape) {
      throw new BadLineException("declares the type of a family again");
    }
    family.typedIn = scrape;
    if (family.type != type) {
      family.type = type;
      version++;
    }
  }

  void help(String name, String text) throws BadLineException {
    Family family = declared(name);
    if (!text.equals(family.help)) {
      family.help = text;
      hasNewDescription = true;
    }
  }

  void unit(String name, String unit) throws BadLineException {
    Family family = declared(name);
    if (!Objects.equals(family.unit, unit)) {
      family.unit = unit;
      hasNewDescription = true;
    }
  }

  private Family declared(String name) throws BadLineException {
    int before = families.size();
    Family family = get(name);
    version += families.size() - before;
    family.seenIn = scrape;
    return family;
  }

  private Family get(String name) throws BadLineException {
    Family family = families.get(name);
    if (family == null) {
      if (families.size() >= maxFamilies) {
        throw new BadLineException("has a family beyond the limit of " + maxFamilies);
      }
      family = new Family(name);
      families.put(name, family);
    }
    return family;
  }

  /**
   * Returns the family of a sample. A sample without a declared family has one of its own, of type
   * unknown.
   *
   * @throws BadLineException if the type of its family has no sample of this name
   */
  Membership resolve(String sample) throws BadLineException {
    Family exact = families.get(sample);
    if (exact == null || exact.type == FamilyType.UNKNOWN) {
      Membership part = resolvePart(sample);
      return part == null ? new Membership(get(sample), Role.GAUGE) : part;
    }
    Role role = EXACT.get(exact.type);
    if (role == null) {
      role = roleInFormat(exact.type);
    }
    if (role == null) {
      throw new BadLineException("has a name that no sample of its family's type has");
    }
    return new Membership(exact, role);
  }

  private @Nullable Role roleInFormat(FamilyType type) {
    return switch (type) {
      case COUNTER -> format.hasPlainCounters() ? Role.COUNTER : null;
      case HISTOGRAM, GAUGE_HISTOGRAM -> format == ExpositionFormat.PROTOBUF ? Role.NATIVE : null;
      default -> null;
    };
  }

  private @Nullable Membership resolvePart(String sample) {
    int suffixAt = Math.max(0, sample.lastIndexOf('_'));
    Map<FamilyType, Role> roles = BY_SUFFIX.get(sample.substring(suffixAt));
    if (roles == null) {
      return null;
    }
    Family family = families.get(sample.substring(0, suffixAt));
    Role role = family == null ? null : roles.get(family.type);
    return family == null || role == null ? null : new Membership(family, role);
  }

  /** Forgets the families that this scrape did not mention. */
  void end() {
    families.values().removeIf(family -> family.seenIn != scrape);
  }
}
