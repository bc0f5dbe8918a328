package io.greenlang.metrics.netty.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.netty.proxy.ReverseProxy.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The configurations of {@code docs/how-to}, by page and number of the block, with the changes that
 * the pages describe.
 */
enum Recipe {
  NGINX(Program.NGINX, "nginx", 0),
  NGINX_STREAM(Program.NGINX, "nginx", 1),
  HAPROXY(Program.HAPROXY, "haproxy", 0),
  HAPROXY_TCP(Program.HAPROXY, "haproxy", 1),
  APACHE(Program.APACHE, "apache", 0),
  CADDY(Program.CADDY, "caddy", 0);

  private static final Path PAGES = Path.of("../docs/how-to");

  final Program program;
  private final String page;
  private final int block;

  Recipe(Program program, String page, int block) {
    this.program = program;
    this.page = page;
    this.block = block;
  }

  /** Returns whether the proxy forwards TCP connections, which begin with a PROXY header. */
  boolean usesProxyProtocol() {
    return block == 1;
  }

  /** Returns the page. */
  String page() throws IOException {
    return Files.readString(PAGES.resolve(page + ".md"));
  }

  /** Returns the configuration as the page has it. */
  String text() throws IOException {
    String language = this == CADDY ? "caddyfile" : page;
    Matcher blocks =
        Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(page());
    return blocks.results().skip(block).findFirst().orElseThrow().group(1);
  }

  /** Returns the configuration for requests below {@code /live/}, whose path it passes on. */
  String keepingPrefix() throws IOException {
    return switch (program) {
      case NGINX -> replace(text(), "location / {", "location /live/ {");
      case HAPROXY -> replace(text(), "GET /health", "GET /live/health");
      case APACHE ->
          replace(
              text(),
              "ProxyPass \"/\" \"balancer://greenlang/\"",
              "ProxyPass \"/live/\" \"balancer://greenlang/live/\"");
      case CADDY ->
          replace(insideBlock("handle /live/*"), "health_uri /health", "health_uri /live/health");
    };
  }

  /** Returns the configuration for requests below {@code /live/}, which it removes. */
  String removingPrefix() throws IOException {
    return switch (program) {
      case NGINX ->
          replace(keepingPrefix(), "proxy_pass http://greenlang;", "proxy_pass http://greenlang/;");
      case HAPROXY ->
          replace(
              text(),
              "    default_backend",
              "    http-request replace-path /live/(.*) /\\1\n    default_backend");
      case APACHE ->
          replace(
              text(),
              "ProxyPass \"/\" \"balancer://greenlang/\"",
              "ProxyPass \"/live/\" \"balancer://greenlang/\"");
      case CADDY -> insideBlock("handle_path /live/*");
    };
  }

  private String insideBlock(String directive) throws IOException {
    String opened =
        replace(text(), "    reverse_proxy", "    " + directive + " {\n    reverse_proxy");
    return replace(opened, "    }\n}", "    }\n    }\n}");
  }

  /**
   * Returns the configuration with TLS.
   *
   * @param folder has {@code cert.pem}, {@code key.pem}, and both in {@code site.pem}
   */
  String withTls(Path folder) throws IOException {
    Path certificate = folder.resolve("cert.pem");
    Path key = folder.resolve("key.pem");
    return switch (program) {
      case NGINX ->
          replace(
              text(),
              "listen 8000;",
              "listen 8000 ssl; ssl_certificate %s; ssl_certificate_key %s;"
                  .formatted(certificate, key));
      case HAPROXY ->
          replace(text(), "bind :8000", "bind :8000 ssl crt " + folder.resolve("site.pem"));
      case APACHE ->
          replace(
              text(),
              "<VirtualHost *:8000>",
              "<VirtualHost *:8000>\nSSLEngine on\nSSLCertificateFile %s\nSSLCertificateKeyFile %s"
                  .formatted(certificate, key));
      case CADDY ->
          replace(text(), ":8000 {", ":8000 {\n    tls %s %s".formatted(certificate, key));
    };
  }

  private static String replace(String text, String old, String replacement) {
    assertThat(text).as("the configuration of the page").contains(old);
    return text.replace(old, replacement);
  }
}
