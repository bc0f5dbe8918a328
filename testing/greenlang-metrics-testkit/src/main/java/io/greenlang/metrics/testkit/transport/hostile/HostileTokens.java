package io.greenlang.metrics.testkit.transport.hostile;

import static io.greenlang.metrics.testkit.transport.fixture.ConnectionOutcome.CLIENT_ERROR;
import static io.greenlang.metrics.testkit.transport.fixture.ConnectionOutcome.UNAUTHORIZED;

import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
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
final class HostileTokens {

  private static final String WRONG_SECRET = "x".repeat(64);

  /** How long to wait for a key request; it would arrive before the rejection. */
  private static final int FETCH_MILLIS = 50;

  private HostileTokens() {}

  static Stream<HostileInput> inputs() {
    return Stream.of(signatures(), claims(), keys()).flatMap(part -> part);
  }

  private static Stream<HostileInput> signatures() {
    String valid = ContractTokens.valid();
    return Stream.of(
        query("no token", "x=1"),
        query("an empty token", "token="),
        query("a token of three letters", "token=abc"),
        token(15, "alg none", ContractTokens.unsigned("none")),
        token(15, "alg None", ContractTokens.unsigned("None")),
        token(15, "an empty signature", ContractTokens.unsigned("HS256")),
        token(15, "a truncated signature", valid.substring(0, valid.length() - 4)),
        token(15, "a signature with another secret", signed("{\"alg\":\"HS256\"}", WRONG_SECRET)),
        token(
            15,
            "a token for another algorithm",
            signed("{\"alg\":\"HS512\"}", ContractTokens.SECRET)),
        token(15, "HS256 with an RSA public key", signed("{\"alg\":\"HS256\"}", rsaPublicKey())));
  }

  private static Stream<HostileInput> claims() {
    String exp = ",\"exp\":" + ContractTokens.hourFromNow();
    return Stream.of(
        token(
            16, "an expired token", ContractTokens.expiring(Instant.now().minusSeconds(3600), "")),
        token(16, "a token without exp", ContractTokens.signed("{\"sub\":\"x\"}")),
        token(16, "a token without sub", ContractTokens.signed("{\"a\":1" + exp + "}")),
        token(16, "exp as text", ContractTokens.signed("{\"sub\":\"x\",\"exp\":\"1\"}")),
        token(16, "exp of 1e308", ContractTokens.signed("{\"sub\":\"x\",\"exp\":1e308}")),
        token(16, "exp of -1", ContractTokens.signed("{\"sub\":\"x\",\"exp\":-1}")),
        token(16, "channels as text", ContractTokens.withClaims(",\"channels\":\"*\"")),
        token(16, "tags as a list", ContractTokens.withClaims(",\"tags\":[1]")),
        token(
            16,
            "crit in the header",
            signed("{\"alg\":\"HS256\",\"crit\":[\"exp\"]}", ContractTokens.SECRET)),
        token(16, "claims nested 2,500 deep", nested(2500)),
        HostileInput.ofQuery(
            16, "claims nested 100,000 deep", CLIENT_ERROR, "token=" + nested(100_000)));
  }

  /** Returns tokens whose header demands that the server fetches or looks up the key. */
  private static Stream<HostileInput> keys() {
    Stream<HostileInput> keyIds =
        Stream.of("../../x", "x' OR '1'='1", "a\\r\\nERROR", "\\u001b[31m")
            .map(keyId -> token(17, "kid of " + keyId, withHeader("\"kid\":\"" + keyId + "\"")));
    return Stream.concat(
        keyIds,
        Stream.of(
            token(
                17,
                "an embedded key",
                withHeader("\"jwk\":{\"kty\":\"oct\",\"k\":\"" + encodedWrongSecret() + "\"}")),
            new HostileInput(17, "jku on loopback", UNAUTHORIZED, HostileTokens::jku)));
  }

  private static String jku(HostileTarget target) throws Exception {
    try (ServerSocket keys = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String url = "http://127.0.0.1:" + keys.getLocalPort() + "/keys";
      String outcome = target.handshakeOutcome("token=" + withHeader("\"jku\":\"" + url + "\""));
      keys.setSoTimeout(FETCH_MILLIS);
      keys.accept().close();
      return outcome + ", and the key was fetched";
    } catch (SocketTimeoutException notFetched) {
      return UNAUTHORIZED;
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
    String claims = "{\"sub\":\"x\",\"exp\":" + ContractTokens.hourFromNow() + "}";
    return ContractTokens.signed(header, claims, secret);
  }

  private static String nested(int depth) {
    return ContractTokens.withClaims(",\"a\":" + "[".repeat(depth) + "]".repeat(depth));
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

  private static HostileInput query(String name, String query) {
    return HostileInput.ofQuery(15, name, UNAUTHORIZED, query);
  }

  private static HostileInput token(int number, String name, String token) {
    return HostileInput.ofQuery(number, name, UNAUTHORIZED, "token=" + token);
  }
}
