package io.greenlang.metrics.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.client.RawHttpConnection;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP access to the dashboard's files, and to no other file. */
final class StaticFilesTest {

  private static final Pattern CONTENT_ENCODING =
      Pattern.compile("\r\ncontent-encoding: (\\S+)\r\n");

  private final NettyFixture fixture = new NettyFixture(builder -> builder.allowAnonymous());

  @AfterEach
  void close() {
    fixture.close();
  }

  @ParameterizedTest
  @CsvSource({
    "/,                         text/html; charset=utf-8,       <!doctype html><title>test</title>",
    "/index.html,               text/html; charset=utf-8,       <!doctype html><title>test</title>",
    "http://h/index.html,       text/html; charset=utf-8,       <!doctype html><title>test</title>",
    "/?a=b,                     text/html; charset=utf-8,       <!doctype html><title>test</title>",
    "/app.js,                   text/javascript; charset=utf-8, export {};",
    "/style.css,                text/css; charset=utf-8,        body {}",
    "/vendor/lib/data.min.json, application/json,               {}",
    "/dashboards/index.json,    application/json,               []",
  })
  void get_existingFile_returnsContentAndType(String path, String type, String content) {
    RawHttpConnection.Response response = fixture.connect().request("GET " + path);
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.head()).contains("\r\ncontent-type: " + type + "\r\n");
    assertThat(response.body().trim()).isEqualTo(content);
  }

  @Test
  void get_dashboardDisabled_findsNoFile() {
    try (NettyFixture disabled =
        new NettyFixture(builder -> builder.allowAnonymous().dashboardEnabled(false))) {
      for (String path : List.of("/", "/index.html", "/app.js", "/dashboards/index.json")) {
        RawHttpConnection.Response response = disabled.connect().request("GET " + path);
        assertThat(response.status()).as(path).isEqualTo(404);
        assertThat(response.body().trim()).isEqualTo("Not found");
      }
      assertThat(disabled.connect().request("GET /health").status()).isEqualTo(200);
    }
  }

  @Test
  void get_anyPath_hasSecurityHeaders() {
    for (String path : List.of("/", "/health", "/no-such.html")) {
      assertThat(fixture.connect().request("GET " + path).head())
          .contains("\r\nx-content-type-options: nosniff\r\n")
          .contains("\r\nreferrer-policy: no-referrer\r\n")
          .contains("\r\ncontent-security-policy: default-src 'self'; ")
          .contains("frame-ancestors 'self'")
          .contains("\r\ncache-control: no-cache\r\n")
          .doesNotContain("\r\nserver:");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/..",
        "/../secret.txt",
        "/../greenlang-metrics-secret/secret.txt",
        "/../greenlang-metrics/index.html",
        "/vendor/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/%2E%2E%2Fsecret.txt",
        "/..%2fsecret.txt",
        "/..%5csecret.txt",
        "/..\\secret.txt",
        "/....//secret.txt",
        "/%252e%252e/secret.txt",
        "/%c0%ae%c0%ae/secret.txt",
        "/..;/secret.txt",
        "//etc/passwd",
        "//index.html",
        "/./index.html",
        "/C:/secret.txt",
        "/file:///etc/passwd",
        "/index.html%00",
        "/index.html%00.js",
        "/index.html/",
        "/index.html;x=1",
        "/%69ndex.html",
        "/.hidden.txt",
        "/notes.unknown",
        "/notes.txt.gz",
        "/notes.txt.br",
        "/vendor",
        "/vendor/",
        "/META-INF/MANIFEST.MF",
        "/io/greenlang/metrics/netty/NettyTransport.class",
        "/secret.txt"
      })
  void get_otherPath_isNotFound(String path) {
    RawHttpConnection.Response response = fixture.connect().request("GET " + path);
    assertThat(response.status()).isEqualTo(404);
    assertThat(response.body()).isEqualTo("Not found\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/é.html", "*", "index.html", "file:///index.html", "/index.html#a"})
  void get_malformedTarget_isRejected(String target) {
    assertThat(fixture.connect().request("GET " + target).status()).isEqualTo(400);
  }

  /** The pattern of names recurses for each of their parts. */
  @Test
  void get_pathOfThousandsOfParts_isNotFound() {
    assertThat(fixture.connect().request("GET " + "/a".repeat(8000)).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/index.html\u0000", "/index.html\u0000.js", "/a b.html"})
  void get_rawControlCharacter_isRejected(String path) {
    assertThat(fixture.connect().request("GET " + path).status()).isIn(400, 404);
  }

  @Test
  void head_existingFile_hasLengthButNoBody() {
    RawWebSocket client = fixture.connect();
    RawHttpConnection.Response head = client.request("HEAD /app.js");
    RawHttpConnection.Response get = client.request("GET /app.js");
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.head().replaceAll("etag: .*", ""))
        .isEqualTo(get.head().replaceAll("etag: .*", ""));
    assertThat(head.head()).contains("\r\ncontent-length: " + get.body().length() + "\r\n");
    assertThat(client.request("HEAD /health").status()).isEqualTo(200);
    assertThat(client.request("GET /health").body()).startsWith("{");
  }

  @Test
  void get_matchingEntityTag_isNotModified() {
    RawWebSocket client = fixture.connect();
    String tag = entityTag(client.request("GET /app.js"));
    for (String header :
        List.of(
            tag, "W/" + tag, "\"x\", " + tag + " ,\"y\"", "*", "\"x\"\r\nIf-None-Match: " + tag)) {
      RawHttpConnection.Response response =
          client.request("GET /app.js", "If-None-Match: " + header);
      assertThat(response.status()).isEqualTo(304);
      assertThat(entityTag(response)).isEqualTo(tag);
    }
    assertThat(client.request("HEAD /app.js", "If-None-Match: " + tag).status()).isEqualTo(304);
    assertThat(client.request("GET /app.js", "If-None-Match: \"x\"").body()).isNotEmpty();
    assertThat(client.request("GET /style.css", "If-None-Match: " + tag).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gzip, deflate, br, zstd      | br",
        "gzip, deflate                | gzip",
        "GZIP                         | gzip",
        "br;q=0.5, gzip;q=0.8         | gzip",
        "br;q=0, *                    | gzip",
        "*                            | br",
        "br;q=0, gzip;q=0.000         | none",
        "br;q=2, gzip;q=x             | none",
        "identity                     | none",
        "deflate, zstd                | none",
      })
  void get_acceptEncoding_selectsTheCopy(String acceptEncoding, String expected) {
    RawHttpConnection.Response response =
        fixture.connect().request("HEAD /notes.txt", "Accept-Encoding: " + acceptEncoding);
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.head()).contains("\r\nvary: accept-encoding\r\n");
    Matcher coding = CONTENT_ENCODING.matcher(response.head());
    assertThat(coding.find() ? coding.group(1) : "none").isEqualTo(expected);
  }

  @Test
  void get_acceptedCopy_hasItsOwnLengthAndTag() {
    RawWebSocket client = fixture.connect();
    RawHttpConnection.Response plain = client.request("GET /notes.txt");
    RawHttpConnection.Response packed = client.request("HEAD /notes.txt", "Accept-Encoding: gzip");
    assertThat(plain.body()).hasSize(3200);
    assertThat(plain.head()).contains("\r\nvary: ").doesNotContain("content-encoding");
    assertThat(packed.head()).doesNotContain("content-length: 3200");
    assertThat(entityTag(packed)).isNotEqualTo(entityTag(plain));
    String[] matching = {"Accept-Encoding: gzip", "If-None-Match: " + entityTag(packed)};
    RawHttpConnection.Response again = client.request("GET /notes.txt", matching);
    assertThat(again.status()).isEqualTo(304);
    assertThat(again.head()).contains("\r\nvary: ").doesNotContain("content-encoding");
    String tag = "If-None-Match: " + entityTag(plain);
    assertThat(client.request("HEAD /notes.txt", "Accept-Encoding: gzip", tag).status())
        .isEqualTo(200);
  }

  @Test
  void get_fileWithoutCopies_doesNotVary() {
    assertThat(fixture.connect().request("GET /app.js", "Accept-Encoding: gzip").head())
        .doesNotContain("vary:")
        .doesNotContain("content-encoding:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "CONNECT", "X"})
  void otherMethod_anyPath_isNotAllowed(String method) {
    for (String path : List.of("/", "/health", "/no-such")) {
      RawHttpConnection.Response response = fixture.connect().request(method + " " + path);
      assertThat(response.status()).isEqualTo(405);
      assertThat(response.head()).contains("\r\nallow: get, head\r\n");
    }
  }

  private static String entityTag(RawHttpConnection.Response response) {
    int from = response.head().indexOf("\r\netag: ") + 8;
    return response.head().substring(from, response.head().indexOf("\r\n", from));
  }
}
