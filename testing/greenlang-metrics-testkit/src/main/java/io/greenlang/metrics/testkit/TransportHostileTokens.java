package io.greenlang.metrics.testkit;

import static io.greenlang.metrics.testkit.TransportOutcome.CLIENT_ERROR;
import static io.greenlang.metrics.testkit.TransportOutcome.TOLD_UNAUTHORIZED;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.Base64;
import java.util.stream.Stream;

/**
 * Hostile inputs 15 to 17: invalid tokens. The server reports each rejection in a frame, because a
 * browser does not see the status of a failed handshake.
 */
final class TransportHostileTokens {

  private static final String WRONG_SECRET = "x".repeat(64);

  /** How long to wait for a key request; it would arrive before the rejection. */
  private static final int FETCH_MILLIS = 50;

  private TransportHostileTokens() {}

  static Stream<TransportHostileInput> inputs() {
    return Stream.of(signatures(), claims(), keys()).flatMap(part -> part);
  }

  private static Stream<TransportHostileInput> signatures() {
    String valid = TransportTokens.good();
    return Stream.of(
        query("no token", "x=1"),
        query("an empty token", "token="),
        query("a token of three letters", "token=abc"),
        token(15, "alg none", TransportTokens.unsigned("none")),
        token(15, "alg None", TransportTokens.unsigned("None")),
        token(15, "an empty signature", TransportTokens.unsigned("HS256")),
        token(15, "a truncated signature", valid.substring(0, valid.length() - 4)),
        token(15, "a signature with another secret", signed("{\"alg\":\"HS256\"}", WRONG_SECRET)),
        token(
            15,
            "a token for another algorithm",
            signed("{\"alg\":\"HS512\"}", TransportTokens.SECRET)),
        token(15, "HS256 with an RSA public key", signed("{\"alg\":\"HS256\"}", rsaPublicKey())));
  }

  private static Stream<TransportHostileInput> claims() {
    String exp = ",\"exp\":" + TransportTokens.hourFromNow();
    return Stream.of(
        token(
            16, "an expired token", TransportTokens.expiring(Instant.now().minusSeconds(3600), "")),
        token(16, "a token without exp", TransportTokens.signed("{\"sub\":\"x\"}")),
        token(16, "a token without sub", TransportTokens.signed("{\"a\":1" + exp + "}")),
        token(16, "exp as text", TransportTokens.signed("{\"sub\":\"x\",\"exp\":\"1\"}")),
        token(16, "exp of 1e308", TransportTokens.signed("{\"sub\":\"x\",\"exp\":1e308}")),
        token(16, "exp of -1", TransportTokens.signed("{\"sub\":\"x\",\"exp\":-1}")),
        token(16, "channels as text", TransportTokens.withClaims(",\"channels\":\"*\"")),
        token(16, "tags as a list", TransportTokens.withClaims(",\"tags\":[1]")),
        token(
            16,
            "crit in the header",
            signed("{\"alg\":\"HS256\",\"crit\":[\"exp\"]}", TransportTokens.SECRET)),
        token(16, "claims nested 2,500 deep", nested(2500)),
        TransportHostileInput.query(
            16, "claims nested 100,000 deep", CLIENT_ERROR, "token=" + nested(100_000)));
  }

  /** Returns tokens whose header tells the server to fetch or look up the key. */
  private static Stream<TransportHostileInput> keys() {
    Stream<TransportHostileInput> keyIds =
        Stream.of("../../x", "x' OR '1'='1", "a\\r\\nERROR", "\\u001b[31m")
            .map(keyId -> token(17, "kid of " + keyId, withHeader("\"kid\":\"" + keyId + "\"")));
    return Stream.concat(
        keyIds,
        Stream.of(
            token(
                17,
                "an embedded key",
                withHeader("\"jwk\":{\"kty\":\"oct\",\"k\":\"" + encodedWrongSecret() + "\"}")),
            new TransportHostileInput(
                17, "jku on loopback", TOLD_UNAUTHORIZED, TransportHostileTokens::jku)));
  }

  private static String jku(TransportHostileTarget target) throws Exception {
    try (ServerSocket keys = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String url = "http://127.0.0.1:" + keys.getLocalPort() + "/keys";
      String outcome = target.handshake("token=" + withHeader("\"jku\":\"" + url + "\""));
      keys.setSoTimeout(FETCH_MILLIS);
      keys.accept().close();
      return outcome + ", and the key was fetched";
    } catch (SocketTimeoutException notFetched) {
      return TOLD_UNAUTHORIZED;
    }
  }

  private static String withHeader(String header) {
    return signed("{\"alg\":\"HS256\"," + header + "}", WRONG_SECRET);
  }

  private static String encodedWrongSecret() {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(WRONG_SECRET.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
  }

  private static String signed(String header, String secret) {
    String claims = "{\"sub\":\"x\",\"exp\":" + TransportTokens.hourFromNow() + "}";
    return TransportTokens.signed(header, claims, secret);
  }

  private static String nested(int depth) {
    return TransportTokens.withClaims(",\"a\":" + "[".repeat(depth) + "]".repeat(depth));
  }

  private static String rsaPublicKey() {
    try {
      return Base64.getMimeEncoder()
          .encodeToString(
              KeyPairGenerator.getInstance("RSA").generateKeyPair().getPublic().getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has RSA", e);
    }
  }

  private static TransportHostileInput query(String name, String query) {
    return TransportHostileInput.query(15, name, TOLD_UNAUTHORIZED, query);
  }

  private static TransportHostileInput token(int number, String name, String token) {
    return TransportHostileInput.query(number, name, TOLD_UNAUTHORIZED, "token=" + token);
  }
}
