package io.greenlang.metrics.websocket.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.JSONObjectUtils;
import io.greenlang.metrics.websocket.auth.VerificationKey.UnusableKeyException;
import java.security.PublicKey;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A reader of JSON Web Keys and sets of them (RFC 7517). A key that cannot be used does not affect
 * the others: identity providers publish keys for encryption beside those for signatures. Of each
 * key only the parameters of its type are read, so certificates and addresses in it have no effect.
 */
final class KeySetReader {

  /** The keys of a set. The largest identity providers publish about 20. */
  static final int MAX_KEYS = 64;

  private static final int MAX_KID_LENGTH = 256;
  private static final int MAX_REASONS = 8;
  private static final List<String> PRIVATE =
      List.of("d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv");
  private static final List<String> PUBLIC = List.of("kty", "n", "e", "crv", "x", "y");

  private final String rsaAlgorithm;
  private final List<VerificationKey> keys = new ArrayList<>();
  private final Map<String, String> refusals = new LinkedHashMap<>();

  private KeySetReader(String rsaAlgorithm) {
    this.rsaAlgorithm = rsaAlgorithm;
  }

  /**
   * Reads one key, or a set of keys. The result has a reason for each key that is not used.
   *
   * @param rsaAlgorithm the algorithm of an RSA key that names none
   * @throws ParseException if the text is neither a key nor a set, or has too many keys
   */
  static KeySet read(String json, String rsaAlgorithm) throws ParseException {
    KeySetReader reader = new KeySetReader(rsaAlgorithm);
    Map<String, Object> object = object(json);
    if (object.get("keys") instanceof List<?> list) {
      if (list.size() > MAX_KEYS) {
        throw new ParseException("it has " + list.size() + " keys, more than " + MAX_KEYS, 0);
      }
      for (int i = 0; i < list.size(); i++) {
        reader.add(i, list.get(i));
      }
    } else if (object.containsKey("kty")) {
      reader.add(0, object);
    } else {
      throw new ParseException("it is neither a JSON Web Key nor a set with \"keys\"", 0);
    }
    return reader.keySet();
  }

  /**
   * Returns the members of a JSON object.
   *
   * @throws ParseException if the text is something else
   */
  static Map<String, Object> object(String json) throws ParseException {
    @Nullable Map<String, Object> object = JSONObjectUtils.parse(json);
    if (object == null) {
      throw new ParseException("it is null", 0);
    }
    return object;
  }

  /** Returns whether a token's or key's {@code kid} is short, printable text. */
  static boolean isValidKid(String kid) {
    return !kid.isEmpty()
        && kid.length() <= MAX_KID_LENGTH
        && kid.chars().allMatch(QuotedText::isPrintable);
  }

  /** Returns the reasons of all keys that are not used, for a message. */
  static String reasons(KeySet keys) {
    return keys.refusals().entrySet().stream()
        .limit(MAX_REASONS)
        .map(e -> "key " + QuotedText.of(e.getKey()) + ": " + e.getValue())
        .sorted()
        .collect(Collectors.joining("; "));
  }

  private void add(int index, @Nullable Object member) {
    String label = "number " + (index + 1);
    try {
      if (!(member instanceof Map<?, ?> map)) {
        throw new UnusableKeyException("it is not an object");
      }
      Map<String, Object> key = new HashMap<>();
      map.forEach((name, value) -> key.put(String.valueOf(name), value));
      String kid = text(key, "kid");
      if (kid != null && !isValidKid(kid)) {
        throw new UnusableKeyException("its kid is empty, too long or not printable");
      }
      label = kid == null ? label : kid;
      requireForSignatures(key);
      keys.add(VerificationKey.of(publicKey(key), kid, text(key, "alg"), rsaAlgorithm));
    } catch (UnusableKeyException e) {
      refusals.put(label, String.valueOf(e.getMessage()));
    }
  }

  private static @Nullable String text(Map<String, Object> key, String name)
      throws UnusableKeyException {
    Object value = key.get(name);
    if (value != null && !(value instanceof String)) {
      throw new UnusableKeyException(name + " is not a text");
    }
    return (String) value;
  }

  private static void requireForSignatures(Map<String, Object> key) throws UnusableKeyException {
    if ("oct".equals(key.get("kty"))) {
      throw new UnusableKeyException("it is a shared secret, which must not be published");
    }
    for (String name : PRIVATE) {
      if (key.containsKey(name)) {
        throw new UnusableKeyException(
            "it has the private part " + name + "; anyone who can read it can sign tokens");
      }
    }
    String use = text(key, "use");
    if (use != null && !use.equals("sig")) {
      throw new UnusableKeyException("use is " + QuotedText.of(use) + ", not \"sig\"");
    }
    Object operations = key.get("key_ops");
    if (operations != null && !(operations instanceof List<?> list && list.contains("verify"))) {
      throw new UnusableKeyException("key_ops does not contain \"verify\"");
    }
  }

  private static PublicKey publicKey(Map<String, Object> key) throws UnusableKeyException {
    Map<String, Object> parameters = new HashMap<>(key);
    parameters.keySet().retainAll(PUBLIC);
    String type = QuotedText.of(key.get("kty"));
    try {
      return switch (type) {
        case "\"RSA\"" -> RSAKey.parse(parameters).toRSAPublicKey();
        case "\"EC\"" -> ECKey.parse(parameters).toECPublicKey();
        case "\"OKP\"" -> ed25519(OctetKeyPair.parse(parameters));
        default -> throw new UnusableKeyException("kty is " + type + "; use RSA, EC or OKP");
      };
    } catch (ParseException | JOSEException | IllegalArgumentException | IllegalStateException e) {
      throw new UnusableKeyException("it is malformed, or its curve is not supported");
    }
  }

  private static PublicKey ed25519(OctetKeyPair key) throws UnusableKeyException {
    return PemKeys.ed25519(key.getCurve().getName(), key.getDecodedX());
  }

  /** Returns the keys. If several have one {@code kid}, none of them is used. */
  private KeySet keySet() {
    Set<String> seen = new HashSet<>();
    Set<String> repeated = new HashSet<>();
    for (VerificationKey key : keys) {
      if (key.name() != null && !seen.add(key.name())) {
        repeated.add(key.name());
      }
    }
    repeated.forEach(kid -> refusals.put(kid, "several keys have this kid"));
    keys.removeIf(key -> key.name() != null && repeated.contains(key.name()));
    return new KeySet(keys, refusals);
  }
}
