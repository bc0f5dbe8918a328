package io.greenlang.metrics.websocket.auth;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jwt.SignedJWT;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one party at one time, and the reasons why others of its keys are not used. A token
 * costs at most {@value #MAX_CANDIDATES} checks of its signature, and usually one. Immutable.
 */
final class KeySet {

  /** The keys that are tried for a token that names none. */
  static final int MAX_CANDIDATES = 8;

  private final List<VerificationKey> keys;
  private final Map<String, String> refusals;

  /**
   * Creates a set.
   *
   * @param refusals the reasons by the {@code kid} of the key that is not used
   */
  KeySet(List<VerificationKey> keys, Map<String, String> refusals) {
    this.keys = List.copyOf(keys);
    this.refusals = Map.copyOf(refusals);
  }

  /**
   * The reason why no key verifies a token.
   *
   * @param isKeyUnknown whether a newer set could have the key
   */
  record Mismatch(String reason, boolean isKeyUnknown) {}

  /** Returns the number of usable keys. */
  int size() {
    return keys.size();
  }

  /** Returns the reasons why keys are not used, by their {@code kid}. */
  Map<String, String> refusals() {
    return refusals;
  }

  /** Verifies the signature of a token; returns null if it is valid. */
  @Nullable Mismatch verify(SignedJWT token) {
    JWSAlgorithm algorithm = token.getHeader().getAlgorithm();
    String kid = token.getHeader().getKeyID();
    List<VerificationKey> candidates =
        keys.stream().filter(key -> key.matches(kid) && key.algorithm().equals(algorithm)).toList();
    if (candidates.isEmpty()) {
      return withoutCandidate(algorithm, kid);
    }
    if (candidates.size() > MAX_CANDIDATES) {
      return new Mismatch(
          "the token names no key (kid), and "
              + candidates.size()
              + " keys allow "
              + algorithm.getName(),
          false);
    }
    if (candidates.stream().anyMatch(key -> key.verifies(token))) {
      return null;
    }
    boolean isNamed = candidates.stream().anyMatch(key -> key.name() != null && kid != null);
    return new Mismatch(
        "the signature does not match "
            + (isNamed ? "the key " + QuotedText.of(kid) : "any key for " + algorithm.getName()),
        !isNamed);
  }

  private Mismatch withoutCandidate(JWSAlgorithm algorithm, @Nullable String kid) {
    String refusal = kid == null ? null : refusals.get(kid);
    if (refusal != null) {
      return new Mismatch("the key " + QuotedText.of(kid) + " is not used: " + refusal, false);
    }
    boolean isKnown = keys.stream().anyMatch(key -> kid != null && kid.equals(key.name()));
    boolean hasUnnamed = kid == null || keys.stream().anyMatch(key -> key.name() == null);
    String reason =
        isKnown || hasUnnamed
            ? "the token is signed with "
                + QuotedText.of(algorithm.getName())
                + (isKnown ? ", and its key allows " : ", and the keys allow ")
                + algorithms(kid)
            : "no key has the kid " + QuotedText.of(kid);
    return new Mismatch(reason, !isKnown && isPublic(algorithm));
  }

  private String algorithms(@Nullable String kid) {
    return keys.stream()
        .filter(key -> key.matches(kid))
        .map(key -> key.algorithm().getName())
        .collect(Collectors.toCollection(TreeSet::new))
        .stream()
        .collect(Collectors.joining(", "));
  }

  /** Returns whether a public key can have this algorithm, so that a newer set can contain it. */
  private static boolean isPublic(JWSAlgorithm algorithm) {
    return JWSAlgorithm.Family.SIGNATURE.contains(algorithm);
  }
}
