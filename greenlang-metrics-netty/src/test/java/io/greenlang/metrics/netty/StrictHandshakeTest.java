package io.greenlang.metrics.netty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.client.RawHttpConnection;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rules of RFC 9110, 9112 and 6455 that the server's own port follows. In a container, the
 * container decides on most of them.
 */
final class StrictHandshakeTest {

  private static final String UPGRADE = "Upgrade: websocket";
  private static final String CONNECTION = "Connection: Upgrade";
  private static final String VERSION = "Sec-WebSocket-Version: 13";
  private static final String KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
  private static final String UNKNOWN_TYPE = "{\"type\":\"?\",\"id\":\"7\"}";

  private final NettyFixture fixture =
      new NettyFixture(builder -> builder.jwtSecret(ContractTokens.SECRET));

  @AfterEach
  void close() {
    fixture.close();
  }

  private static String target() {
    return "/ws/metrics?token=" + ContractTokens.valid();
  }

  /** Sends exactly these lines and an empty one, and returns the response. */
  private RawHttpConnection.Response send(RawWebSocket client, String... lines) {
    client.send((String.join("\r\n", lines) + "\r\n\r\n").getBytes(ISO_8859_1));
    return client.nextResponse(false);
  }

  private RawHttpConnection.Response handshake(String requestLine, String... headers) {
    List<String> lines = new ArrayList<>(List.of(requestLine, VERSION));
    lines.addAll(List.of(headers));
    return send(fixture.connect(), lines.toArray(new String[0]));
  }

  @ParameterizedTest
  @CsvSource({
    "'websocket',          101",
    "'WebSocket',          101",
    "'websocket, foo/2',   101",
    "'foo, websocket',     101",
    "'websocket ,h2c',     101",
    "'websocket,',         101",
    "'foo/2',              426",
    "'websocket/13',       426",
    "'websockets',         426",
    "'\"websocket\"',      426",
    "'',                   426",
  })
  void handshake_upgradeList_isUpgradedIfItContainsWebSocket(String upgrade, int status) {
    RawHttpConnection.Response response =
        handshake(
            "GET " + target() + " HTTP/1.1", "Host: a", CONNECTION, KEY, "Upgrade: " + upgrade);
    assertThat(response.status()).isEqualTo(status);
    assertThat(response.head()).contains("upgrade: websocket\r\n", "connection: upgrade\r\n");
  }

  @Test
  void handshake_twoUpgradeHeaders_isUpgraded() {
    assertThat(
            handshake(
                    "GET " + target() + " HTTP/1.1",
                    "Host: a",
                    CONNECTION,
                    KEY,
                    "Upgrade: foo/2",
                    UPGRADE)
                .status())
        .isEqualTo(101);
  }

  /** The example of RFC 6455, section 1.3. */
  @Test
  void handshake_valid_answersWithHashOfKey() {
    RawHttpConnection.Response response =
        handshake("GET " + target() + " HTTP/1.1", "Host: a", CONNECTION, UPGRADE, KEY);
    assertThat(response.head()).contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://a", "HTTP://other.example:8000", "ws://a", "https://[::1]:1"})
  void handshake_absoluteTarget_isUpgraded(String authority) {
    assertThat(
            handshake(
                    "GET " + authority + target() + " HTTP/1.1",
                    "Host: a",
                    CONNECTION,
                    UPGRADE,
                    KEY)
                .status())
        .isEqualTo(101);
  }

  /** The host of the target replaces {@code Host}, also for the check of the origin. */
  @Test
  void handshake_absoluteTargetWithOrigin_comparesHostOfTarget() {
    String line = "GET http://target.example" + target() + " HTTP/1.1";
    String[] headers = {"Host: header.example", CONNECTION, UPGRADE, KEY, "Origin: http://x"};
    headers[4] = "Origin: http://target.example";
    assertThat(handshake(line, headers).status()).isEqualTo(101);
    headers[4] = "Origin: http://header.example";
    assertThat(handshake(line, headers).status()).isEqualTo(403);
  }

  @ParameterizedTest
  @CsvSource({
    "'X: y', 400",
    "'Host: a|Host: a', 400",
    "'Host: a|Host: b', 400",
    "'Host: a b', 400"
  })
  void handshake_notOneHost_isRejectedWith400(String hosts, int status) {
    assertThat(
            handshake(
                    "GET " + target() + " HTTP/1.1",
                    CONNECTION,
                    UPGRADE,
                    KEY,
                    hosts.replace("|", "\r\n"))
                .status())
        .isEqualTo(status);
    assertThat(send(fixture.connect(), "GET /health HTTP/1.1", hosts.replace("|", "\r\n")).status())
        .isEqualTo(status);
  }

  /** HAProxy and other load balancers check the health with HTTP/1.0. */
  @Test
  void request_http10_hasNoUpgradeAndCloses() {
    assertThat(
            handshake("GET " + target() + " HTTP/1.0", "Host: a", CONNECTION, UPGRADE, KEY)
                .status())
        .isEqualTo(426);
    RawWebSocket client = fixture.connect();
    assertThat(send(client, "GET /health HTTP/1.0").status()).isEqualTo(200);
    assertThat(client.nextFrame()).as("the connection is closed").isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X: no key",
        "Sec-WebSocket-Key: ",
        "Sec-WebSocket-Key: x",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZTE=",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ",
        KEY + "\r\n" + KEY,
      })
  void handshake_keyIsNot16Bytes_isRejectedWith400(String key) {
    RawHttpConnection.Response response =
        handshake("GET " + target() + " HTTP/1.1", "Host: a", CONNECTION, UPGRADE, key);
    assertThat(response.status()).isEqualTo(400);
    assertThat(response.body()).contains("Sec-WebSocket-Key");
  }

  @Test
  void handshake_repeatedAuthorization_getsReason() {
    String bearer = "Authorization: Bearer " + ContractTokens.valid();
    RawHttpConnection.Response response =
        handshake("GET /ws/metrics HTTP/1.1", "Host: a", CONNECTION, UPGRADE, KEY, bearer, bearer);
    assertThat(response.status()).isEqualTo(400);
    assertThat(response.body()).contains("Authorization");
  }

  @Test
  void handshake_wrongBearer_namesScheme() {
    RawHttpConnection.Response response =
        handshake(
            "GET /ws/metrics HTTP/1.1",
            "Host: a",
            CONNECTION,
            UPGRADE,
            KEY,
            "Authorization: Bearer wrong");
    assertThat(response.status()).isEqualTo(401);
    assertThat(response.head()).contains("www-authenticate: bearer");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 60_000})
  void handshake_framesInSameWrite_areAnswered(int extraBytes) {
    RawWebSocket client = fixture.connect();
    String command = UNKNOWN_TYPE.replace("?", "x".repeat(1 + extraBytes));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(client.requestHead("GET " + target(), UPGRADE, CONNECTION, KEY, VERSION));
    bytes.writeBytes(RawWebSocketFrame.text(command).masked());
    bytes.writeBytes(RawWebSocketFrame.of(RawWebSocketFrame.PING, new byte[] {1}).masked());
    client.send(bytes.toByteArray());
    assertThat(client.nextResponse(false).status()).isEqualTo(101);
    List<Integer> opcodes = new ArrayList<>();
    String answer = "";
    while (!answer.contains("UNKNOWN_TYPE") || !opcodes.contains(RawWebSocketFrame.PONG)) {
      RawWebSocketFrame frame = Objects.requireNonNull(client.nextFrame());
      opcodes.add(frame.opcode());
      answer += frame.opcode() == RawWebSocketFrame.TEXT ? frame.text() : "";
    }
    assertThat(answer).contains("welcome", "\"id\":\"7\"");
  }

  /** A client without a token must not make the server collect 64 KiB. */
  @Test
  void rejectedClient_longFrame_isNotCollected() {
    RawWebSocket client = fixture.connect();
    client.upgrade();
    client.send(RawWebSocketFrame.of(RawWebSocketFrame.TEXT, new byte[60_000]).masked());
    assertThat(client.nextMessage().text("code")).isEqualTo("UNAUTHORIZED");
    assertThat(client.awaitCloseCode()).isEqualTo(4401);
    assertThat(client.nextFrame()).as("nothing after the close frame").isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ff", "7b22c0af", "7b22eda0", "7b22f490"})
  void text_firstFragmentIsInvalid_closes1007AtOnce(String hex) {
    RawWebSocket client = welcomed();
    client.send(fragment(RawWebSocketFrame.TEXT, HexFormat.of().parseHex(hex)));
    assertThat(client.awaitCloseCode()).isEqualTo(1007);
  }

  @Test
  void text_characterSplitBetweenFragmentsAroundControlFrames_isAccepted() {
    RawWebSocket client = welcomed();
    byte[] message =
        "{\"type\":\"\u20ac\",\"id\":\"7\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    for (int i = 0; i < message.length; i++) {
      int opcode = i == 0 ? RawWebSocketFrame.TEXT : RawWebSocketFrame.CONTINUATION;
      client.send(fragment(opcode, new byte[] {message[i]}));
      client.send(RawWebSocketFrame.of(RawWebSocketFrame.PONG, new byte[] {(byte) 0xFF}));
    }
    client.send(RawWebSocketFrame.of(RawWebSocketFrame.CONTINUATION, new byte[0]));
    assertThat(client.nextMessage("error").text("id")).isEqualTo("7");
  }

  @Test
  void text_closeFrameWithinFragments_isAnswered() {
    RawWebSocket client = welcomed();
    client.send(fragment(RawWebSocketFrame.TEXT, "{\"".getBytes(US_ASCII)));
    client.send(RawWebSocketFrame.close(1000));
    assertThat(client.awaitCloseCode()).isEqualTo(1000);
  }

  private RawWebSocket welcomed() {
    RawWebSocket client = fixture.connect();
    assertThat(client.handshakeAt(target(), VERSION).status()).isEqualTo(101);
    client.nextMessage("welcome");
    return client;
  }

  private static byte[] fragment(int opcode, byte[] payload) {
    return RawWebSocketFrame.of(opcode, payload).withoutFin().masked();
  }
}
