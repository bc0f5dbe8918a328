package io.greenlang.metrics.examples;

import io.greenlang.metrics.websocket.transport.TlsSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * A certificate for {@code localhost} that no authority signed, for a try of TLS. The JDK's {@code
 * keytool} creates it in a temporary folder, which is deleted with the process.
 */
final class SelfSignedCertificate {

  private static final int TIMEOUT_SECONDS = 60;

  private SelfSignedCertificate() {}

  /**
   * Returns whether a certificate is created.
   *
   * @param setting the value of the variable {@code TLS}; blank for no
   * @throws IllegalArgumentException if it is neither self-signed nor off
   */
  static boolean isOn(String setting) {
    return switch (setting.strip().toLowerCase(Locale.ROOT)) {
      case "self-signed" -> true;
      case "", "off" -> false;
      default ->
          throw new IllegalArgumentException(
              "TLS="
                  + setting.strip()
                  + " must be self-signed or off; for a certificate of your"
                  + " own, set TLS_CERTIFICATE and TLS_KEY");
    };
  }

  /** Creates a certificate that is valid for 30 days. */
  static TlsSettings create() {
    try {
      Path folder = Files.createTempDirectory("quickstart-tls");
      Path file = folder.resolve("self-signed.p12");
      folder.toFile().deleteOnExit();
      file.toFile().deleteOnExit();
      String password = UUID.randomUUID().toString();
      run(file, password);
      return TlsSettings.keystore(file, password);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while keytool created a certificate", e);
    }
  }

  /** Runs keytool, which reads the password from its input, where no other user can see it. */
  private static void run(Path file, String password) throws IOException, InterruptedException {
    Path output = file.resolveSibling("keytool.log");
    output.toFile().deleteOnExit();
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                "30",
                "-alias",
                "server",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1,ip:::1",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    String answers = password + "\n" + password + "\n";
    keytool.getOutputStream().write(answers.getBytes(StandardCharsets.US_ASCII));
    keytool.getOutputStream().close();
    if (!keytool.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
      keytool.destroyForcibly();
      throw new IOException("keytool created no certificate: " + Files.readString(output));
    }
  }
}
