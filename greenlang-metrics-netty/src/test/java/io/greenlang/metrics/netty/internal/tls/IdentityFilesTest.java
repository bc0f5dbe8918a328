package io.greenlang.metrics.netty.internal.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.greenlang.metrics.testkit.tls.TestCertificate;
import io.greenlang.metrics.websocket.transport.TlsSettings;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms of keys that openssl writes, and files that cannot be used. */
final class IdentityFilesTest {

  private static final String PASSWORD = "correct_horse";

  @TempDir private Path folder;

  private final TestCertificate certificate = TestCertificate.create();

  private Path path(String name) {
    return folder.resolve(name);
  }

  private void openssl(String arguments) throws Exception {
    Process process =
        new ProcessBuilder(("openssl " + arguments).split(" "))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(new File(folder.toFile(), "openssl.log"))
            .start();
    assertThat(process.waitFor()).as(arguments).isZero();
  }

  private static Identity load(TlsSettings settings) throws IOException {
    return IdentitySource.of(settings.source()).read().identity();
  }

  private Identity load(String key) throws IOException {
    return load(TlsSettings.pem(path("cert.pem"), path(key), PASSWORD));
  }

  private Throwable failure(String key) {
    return catchThrowable(() -> load(TlsSettings.pem(path("cert.pem"), path(key))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC", "Ed25519"})
  void load_pkcs8OfEachAlgorithm_isRead(String algorithm) throws Exception {
    TestCertificate each = TestCertificate.create(algorithm).writePem(folder);
    Identity identity = load("key.pem");
    assertThat(identity.key()).isEqualTo(each.key());
    assertThat(identity.chain()).containsExactly(each.certificate());
  }

  @ParameterizedTest
  @CsvSource({
    "RSA, rsa -traditional -in key.pem -out other.pem, BEGIN RSA PRIVATE KEY",
    "EC, ec -in key.pem -out other.pem, BEGIN EC PRIVATE KEY",
    "EC, 'pkcs8 -topk8 -v2 aes-256-cbc -passout pass:correct_horse -in key.pem -out other.pem',"
        + " BEGIN ENCRYPTED PRIVATE KEY",
    "RSA, 'pkcs8 -topk8 -v1 PBE-SHA1-3DES -passout pass:correct_horse -in key.pem -out other.pem',"
        + " BEGIN ENCRYPTED PRIVATE KEY",
  })
  void load_keyOfOpenssl_isRead(String algorithm, String command, String type) throws Exception {
    TestCertificate each = TestCertificate.create(algorithm).writePem(folder);
    openssl(command);
    assertThat(Files.readString(path("other.pem"))).contains(type);
    Identity identity = load("other.pem");
    assertThat(identity.key().getAlgorithm()).isEqualTo(algorithm);
    assertThat(identity.chain()).as("the key fits").containsExactly(each.certificate());
  }

  @Test
  void load_chainAndKeyInOneFileWithText_isRead() throws Exception {
    TestCertificate issued = certificate.issue();
    Files.writeString(
        path("all.pem"), "Bag Attributes\n" + issued.keyPem() + "\n" + issued.certificatePem());
    Identity identity = load(TlsSettings.pem(path("all.pem"), path("all.pem")));
    assertThat(identity.chain()).containsExactly(issued.certificate(), certificate.certificate());
  }

  @Test
  void load_keystore_isRead() throws Exception {
    certificate.issue().writeKeystore(path("a.p12"), PASSWORD);
    assertThat(load(TlsSettings.keystore(path("a.p12"), PASSWORD)).chain()).hasSize(2);
  }

  @Test
  void load_keystoreOfOpenssl_isRead() throws Exception {
    certificate.writePem(folder);
    openssl("pkcs12 -export -in cert.pem -inkey key.pem -out a.p12 -passout pass:secret");
    assertThat(load(TlsSettings.keystore(path("a.p12"), "secret")).key())
        .isEqualTo(certificate.key());
  }

  @Test
  void load_keystoreWithWrongPassword_namesFileAndRemedyWithoutPassword() {
    certificate.writeKeystore(path("a.p12"), PASSWORD);
    assertThatThrownBy(() -> load(TlsSettings.keystore(path("a.p12"), "wrong horse")))
        .hasMessage(
            "cannot use the TLS keystore (TLS_KEYSTORE) %s: the password is wrong; correct"
                + " TLS_KEYSTORE_PASSWORD",
            path("a.p12"));
  }

  @Test
  void load_noKeystore_saysHowToCreateOne() throws Exception {
    Files.writeString(path("a.p12"), certificate.keyPem());
    assertThatThrownBy(() -> load(TlsSettings.keystore(path("a.p12"), PASSWORD)))
        .hasMessageContaining("it is not a PKCS#12 file; create one with: openssl pkcs12 -export");
  }

  @Test
  void load_missingFile_isNamed() {
    certificate.writePem(folder);
    assertThat(failure("none.pem"))
        .hasMessage(
            "cannot use the TLS key (TLS_KEY) %s: the file does not exist; correct its path",
            path("none.pem"));
  }

  @Test
  void load_keyOfOtherCertificate_namesCertificate() throws Exception {
    certificate.writePem(folder);
    Files.writeString(path("key.pem"), TestCertificate.create().keyPem());
    assertThat(failure("key.pem"))
        .hasMessageContaining(path("key.pem").toString())
        .hasMessageContaining("the key does not belong to the certificate of CN=localhost");
  }

  @Test
  void load_issuerFirst_saysOrder() throws Exception {
    TestCertificate issued = certificate.issue().writePem(folder);
    Files.writeString(path("cert.pem"), certificate.certificatePem() + issued.certificatePem());
    assertThat(failure("key.pem"))
        .hasMessageContaining("put the server's certificate before those of its issuers");
  }

  @Test
  void load_encryptedKeyWithoutPassword_namesVariable() throws Exception {
    certificate.writePem(folder);
    openssl("pkcs8 -topk8 -v2 aes-256-cbc -passout pass:x -in key.pem -out other.pem");
    assertThat(failure("other.pem"))
        .hasMessageContaining("the key is encrypted; set its password, TLS_KEY_PASSWORD");
    assertThatThrownBy(() -> load("other.pem"))
        .hasMessageContaining("check the password, TLS_KEY_PASSWORD")
        .hasMessageNotContaining(PASSWORD);
  }

  @Test
  void load_keyEncryptedAsByOldOpenssl_saysHowToConvert() throws Exception {
    TestCertificate.create("RSA").writePem(folder);
    openssl("rsa -traditional -aes256 -passout pass:secret -in key.pem -out other.pem");
    assertThat(failure("other.pem")).hasMessageContaining("openssl pkcs8 -topk8 -v2 aes256");
  }

  @ParameterizedTest
  @CsvSource({
    "'', it has no complete block -----BEGIN PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----, it has no complete block",
    "-----BEGIN PRIVATE KEY----- AAAA -----END PRIVATE KEY-----, the key is malformed",
    "-----BEGIN EC PRIVATE KEY----- MIIB -----END EC PRIVATE KEY-----, the key is malformed",
    "-----BEGIN DSA PRIVATE KEY----- AAAA -----END DSA PRIVATE KEY-----, is not supported",
  })
  void load_unusableKey_givesReason(String content, String reason) throws Exception {
    certificate.writePem(folder);
    Files.writeString(path("key.pem"), content);
    assertThat(failure("key.pem")).isInstanceOf(IOException.class).hasMessageContaining(reason);
  }

  @Test
  void load_certificateInDer_saysHowToConvert() throws Exception {
    certificate.writePem(folder);
    Files.write(path("cert.pem"), certificate.certificate().getEncoded());
    assertThat(failure("key.pem"))
        .hasMessageContaining("TLS_CERTIFICATE")
        .hasMessageContaining("openssl x509 -inform der");
  }

  @Test
  void load_hugeFile_isRejected() throws Exception {
    certificate.writePem(folder);
    Files.write(path("huge.pem"), new byte[2 << 20]);
    assertThat(failure("huge.pem")).hasMessageContaining("it is longer than 1048576 bytes");
  }

  @Test
  void toString_ofSettings_hasNoPassword() {
    assertThat(TlsSettings.keystore(path("a"), PASSWORD).toString()).doesNotContain(PASSWORD);
    assertThat(TlsSettings.pem(path("a"), path("b"), PASSWORD).toString()).doesNotContain(PASSWORD);
  }
}
