package io.greenlang.metrics.websocket.auth;

import static io.greenlang.metrics.websocket.auth.HandmadeJwt.HS256;
import static io.greenlang.metrics.websocket.auth.HandmadeJwt.SECRET;
import static io.greenlang.metrics.websocket.auth.HandmadeJwt.claiming;
import static io.greenlang.metrics.websocket.auth.HandmadeJwt.encoded;
import static io.greenlang.metrics.websocket.auth.HandmadeJwt.headed;
import static io.greenlang.metrics.websocket.auth.HandmadeJwt.signature;
import static io.greenlang.metrics.websocket.auth.HandmadeJwt.signed;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tokens that every authenticator must reject, by a description of the forgery. */
public final class ForgedTokens {

  /** The current time for all of these tokens. */
  public static final Instant NOW = Instant.parse("2025-11-08T12:00:00Z");

  /** The claims of a valid token. */
  public static final String GOOD_CLAIMS = claims(NOW.getEpochSecond() + 3600);

  private static final String GOOD = claiming(GOOD_CLAIMS);

  private ForgedTokens() {}

  static String claims(Object expiry) {
    return "{\"sub\":\"ada\",\"exp\":" + expiry + "}";
  }

  /** Returns all forged tokens. */
  public static Map<String, String> all() {
    Map<String, String> tokens = new LinkedHashMap<>();
    addHeaders(tokens);
    addSignatures(tokens);
    addTimes(tokens);
    addClaims(tokens);
    addShapes(tokens);
    return tokens;
  }

  private static void addHeaders(Map<String, String> tokens) {
    for (String none : new String[] {"none", "None", "nOnE", "NONE", ""}) {
      String header = "{\"alg\":\"" + none + "\"}";
      tokens.put("alg " + none + ", no signature", content(header, GOOD_CLAIMS) + ".");
      tokens.put("alg " + none + ", good signature", headed(header, GOOD_CLAIMS));
    }
    tokens.put("no alg", headed("{\"typ\":\"JWT\"}", GOOD_CLAIMS));
    tokens.put("alg null", headed("{\"alg\":null}", GOOD_CLAIMS));
    tokens.put("alg a number", headed("{\"alg\":256}", GOOD_CLAIMS));
    tokens.put("alg a list", headed("{\"alg\":[\"HS256\"]}", GOOD_CLAIMS));
    tokens.put("alg hs256", headed("{\"alg\":\"hs256\"}", GOOD_CLAIMS));
    tokens.put("alg twice", headed("{\"alg\":\"HS256\",\"alg\":\"none\"}", GOOD_CLAIMS));
    for (String asymmetric : new String[] {"RS256", "ES256", "PS256", "EdDSA"}) {
      tokens.put("alg " + asymmetric, headed("{\"alg\":\"" + asymmetric + "\"}", GOOD_CLAIMS));
    }
    tokens.put("crit", headed("{\"alg\":\"HS256\",\"crit\":[\"x\"],\"x\":1}", GOOD_CLAIMS));
    tokens.put(
        "b64 false", headed("{\"alg\":\"HS256\",\"b64\":false,\"crit\":[\"b64\"]}", GOOD_CLAIMS));
    tokens.put("typ of another kind", headed("{\"alg\":\"HS256\",\"typ\":\"JWE\"}", GOOD_CLAIMS));
    tokens.put("header not an object", headed("[]", GOOD_CLAIMS));
    tokens.put("header null", headed("null", GOOD_CLAIMS));
    tokens.put("header deep", headed("{\"a\":" + "[".repeat(20_000) + "]}", GOOD_CLAIMS));
  }

  private static void addSignatures(Map<String, String> tokens) {
    tokens.put("no signature", content(HS256, GOOD_CLAIMS) + ".");
    tokens.put("signature of zeros", content(HS256, GOOD_CLAIMS) + "." + encoded(new byte[32]));
    tokens.put("signature cut", GOOD.substring(0, GOOD.length() - 8));
    tokens.put("signature longer", GOOD + "AAAA");
    tokens.put("another secret", signed(HS256, GOOD_CLAIMS, "HmacSHA256", "f".repeat(64)));
    tokens.put("claims changed", resigned(HS256, "{\"sub\":\"eve\",\"exp\":99999999999}"));
    tokens.put(
        "HS384, same secret", signed("{\"alg\":\"HS384\"}", GOOD_CLAIMS, "HmacSHA384", SECRET));
    tokens.put(
        "HS512, same secret", signed("{\"alg\":\"HS512\"}", GOOD_CLAIMS, "HmacSHA512", SECRET));
    byte[] publicKey = rsa().getPublic().getEncoded();
    String content = content(HS256, GOOD_CLAIMS);
    tokens.put(
        "signed by a public key", content + "." + signature(content, "HmacSHA256", publicKey));
    String attackerKey =
        Base64.getUrlEncoder().withoutPadding().encodeToString("e".repeat(64).getBytes(UTF_8));
    String jwk = "{\"kty\":\"oct\",\"k\":\"" + attackerKey + "\"}";
    for (String headerField :
        new String[] {
          "\"kid\":\"../../../../dev/null\"",
          "\"kid\":\"' OR 1=1 --\"",
          "\"kid\":\"a\\r\\nERROR b\"",
          "\"jku\":\"http://127.0.0.1:1/jwks.json\"",
          "\"x5u\":\"http://127.0.0.1:1/cert.pem\"",
          "\"jwk\":" + jwk,
          "\"x5c\":[\"AAAA\"]"
        }) {
      String header = "{\"alg\":\"HS256\"," + headerField + "}";
      tokens.put(
          headerField + ", own key", signed(header, GOOD_CLAIMS, "HmacSHA256", "e".repeat(64)));
    }
    tokens.put(
        "jwk, good signature", headed("{\"alg\":\"HS256\",\"jwk\":" + jwk + "}", GOOD_CLAIMS));
  }

  private static void addTimes(Map<String, String> tokens) {
    long now = NOW.getEpochSecond();
    tokens.put("exp missing", claiming("{\"sub\":\"ada\"}"));
    tokens.put("exp null", claiming(claims(null + "")));
    tokens.put("exp a text", claiming(claims("\"" + (now + 3600) + "\"")));
    tokens.put("exp a list", claiming(claims("[" + (now + 3600) + "]")));
    tokens.put("exp negative", claiming(claims(-1)));
    tokens.put("exp smallest", claiming(claims(Long.MIN_VALUE)));
    tokens.put("exp 0", claiming(claims(0)));
    tokens.put("exp 1e308", claiming(claims("1e308")));
    tokens.put("exp -1e308", claiming(claims("-1e308")));
    tokens.put("exp 1e999999999", claiming(claims("1e999999999")));
    tokens.put("exp beyond a long", claiming(claims("9".repeat(400))));
    tokens.put("exp past the skew", claiming(claims(now - 31)));
    tokens.put("nbf beyond the skew", claiming(with("\"nbf\":" + (now + 31))));
    tokens.put("exp that overflows in milliseconds", claiming(claims(Long.MAX_VALUE / 1000 + 1)));
    tokens.put("exp that wraps around", claiming(claims(Long.MAX_VALUE - 1_000)));
    tokens.put("exp in milliseconds", claiming(claims((now + 3600) * 1000)));
    tokens.put("nbf 1e308", claiming(with("\"nbf\":1e308")));
    tokens.put("nbf that overflows", claiming(with("\"nbf\":" + Long.MAX_VALUE)));
    tokens.put("nbf a text", claiming(with("\"nbf\":\"tomorrow\"")));
  }

  private static void addClaims(Map<String, String> tokens) {
    String exp = ",\"exp\":" + (NOW.getEpochSecond() + 3600) + "}";
    tokens.put("sub missing", claiming("{" + exp.substring(1)));
    for (String sub : new String[] {"null", "\"\"", "\" \"", "true", "[\"ada\"]", "{}"}) {
      tokens.put("sub " + sub, claiming("{\"sub\":" + sub + exp));
    }
    for (String channels :
        new String[] {"\"*\"", "null", "1", "{}", "[1]", "[null]", "[\"\"]", "[\"a*\"]", "[[]]"}) {
      tokens.put("channels " + channels, claiming(with("\"channels\":" + channels)));
    }
    for (String tags :
        new String[] {
          "\"env\"",
          "null",
          "[]",
          "1",
          "{\"env\":1}",
          "{\"env\":[]}",
          "{\"env\":[1]}",
          "{\"env\":null}",
          "{\"\":\"x\"}"
        }) {
      tokens.put("tags " + tags, claiming(with("\"tags\":" + tags)));
    }
  }

  private static void addShapes(Map<String, String> tokens) {
    tokens.put("empty", "");
    tokens.put("dots", "...");
    tokens.put("two dots", "..");
    tokens.put("two parts", content(HS256, GOOD_CLAIMS));
    tokens.put("four parts", GOOD + ".AAAA");
    tokens.put("five parts", GOOD + ".AAAA.AAAA");
    tokens.put("not base64", "!!!." + GOOD.substring(GOOD.indexOf('.') + 1));
    tokens.put("newline within", GOOD.replaceFirst("\\.", ".\n"));
    tokens.put("trailing NUL", GOOD + "\0");
    tokens.put("claims not JSON", claiming("sub=ada"));
    tokens.put("claims a list", claiming("[" + GOOD_CLAIMS + "]"));
    tokens.put("claims empty", claiming(""));
    tokens.put("claims deep", claiming(with("\"a\":" + "[".repeat(100_000))));
    tokens.put("claims deep and closed", claiming(with(deep(100_000))));
    tokens.put("claims not closed", claiming(GOOD_CLAIMS.substring(0, 20)));
    tokens.put("64 KB of A", "A".repeat(1 << 16));
    tokens.put("many dots", ".".repeat(1 << 12));
    tokens.put("a JSON serialization", "{\"payload\":\"e30\",\"signatures\":[]}");
  }

  private static String deep(int levels) {
    return "\"a\":" + "{\"a\":".repeat(levels) + "1" + "}".repeat(levels);
  }

  /** Returns the valid claims plus one more. */
  static String with(String claim) {
    return GOOD_CLAIMS.substring(0, GOOD_CLAIMS.length() - 1) + "," + claim + "}";
  }

  private static String content(String header, String claims) {
    return encoded(header) + "." + encoded(claims);
  }

  /** Returns a token with other content and the signature of a valid token. */
  private static String resigned(String header, String claims) {
    return content(header, claims) + GOOD.substring(GOOD.lastIndexOf('.'));
  }

  private static KeyPair rsa() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has RSA", e);
    }
  }
}
