package io.greenlang.metrics.netty.internal.tls;

import io.greenlang.metrics.websocket.transport.TlsSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files of a certificate and its key. Each has at most {@value #MAX_BYTES} bytes. Errors name
 * the file, the reason and the remedy. Immutable.
 */
final class IdentityFiles implements IdentitySource {

  private static final int MAX_BYTES = 1 << 20;

  /**
   * The content of the files at one time. Two of them are equal if all bytes are.
   *
   * @param source the names of the files
   * @param files the bytes of each file
   */
  private record FileContent(TlsSettings.Source source, List<ByteBuffer> files) implements Content {

    @Override
    public Identity identity() throws IOException {
      return parse(source, files);
    }
  }

  /** A reader of a part of a file. */
  private interface Reader<T> {
    T read() throws IOException;
  }

  private final TlsSettings.Source source;

  IdentityFiles(TlsSettings.Source source) {
    this.source = source;
  }

  @Override
  public Content read() throws IOException {
    if (source instanceof TlsSettings.Pem pem) {
      return new FileContent(pem, List.of(read(certificate(pem)), read(key(pem))));
    }
    return new FileContent(source, List.of(read(label((TlsSettings.Keystore) source))));
  }

  private static Identity parse(TlsSettings.Source source, List<ByteBuffer> files)
      throws IOException {
    byte[] first = files.get(0).array();
    if (source instanceof TlsSettings.Pem pem) {
      byte[] second = files.get(1).array();
      List<X509Certificate> chain =
          labeled(certificate(pem), () -> new PemFile(first).certificates());
      PrivateKey key = labeled(key(pem), () -> new PemFile(second).privateKey(pem.keyPassword()));
      return labeled(key(pem), () -> Identity.of(key, chain));
    }
    TlsSettings.Keystore keystore = (TlsSettings.Keystore) source;
    return labeled(label(keystore), () -> identity(first, keystore.password().toCharArray()));
  }

  /**
   * A file as error messages name it.
   *
   * @param setting the role of the file, with the variable that names it
   * @param path the file
   */
  private record Label(String setting, Path path) {

    private UnusableKeyException problem(String reasonAndRemedy, @Nullable Throwable cause) {
      return new UnusableKeyException(
          "cannot use the " + setting + " " + path + ": " + reasonAndRemedy, cause);
    }
  }

  private static Label certificate(TlsSettings.Pem pem) {
    return new Label("TLS certificate (TLS_CERTIFICATE)", pem.certificate());
  }

  private static Label key(TlsSettings.Pem pem) {
    return new Label("TLS key (TLS_KEY)", pem.key());
  }

  private static Label label(TlsSettings.Keystore keystore) {
    return new Label("TLS keystore (TLS_KEYSTORE)", keystore.file());
  }

  private static <T> T labeled(Label label, Reader<T> reader) throws IOException {
    try {
      return reader.read();
    } catch (UnusableKeyException e) {
      throw label.problem(String.valueOf(e.getMessage()), e);
    }
  }

  private static ByteBuffer read(Label label) throws IOException {
    byte[] bytes;
    try (InputStream input = Files.newInputStream(label.path())) {
      bytes = input.readNBytes(MAX_BYTES + 1);
    } catch (NoSuchFileException e) {
      throw label.problem("the file does not exist; correct its path", e);
    } catch (AccessDeniedException e) {
      throw label.problem("this process may not read it; give its user the permission", e);
    } catch (IOException e) {
      throw label.problem(e.getMessage() + "; name a readable file", e);
    }
    if (bytes.length > MAX_BYTES) {
      throw label.problem("it is longer than " + MAX_BYTES + " bytes; name another file", null);
    }
    return ByteBuffer.wrap(bytes);
  }

  private static Identity identity(byte[] content, char[] password) throws UnusableKeyException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(new ByteArrayInputStream(content), password);
      String alias = onlyKey(store);
      Certificate[] chain = store.getCertificateChain(alias);
      List<X509Certificate> certificates = new ArrayList<>();
      for (Certificate certificate : chain) {
        certificates.add((X509Certificate) certificate);
      }
      return Identity.of((PrivateKey) store.getKey(alias, password), certificates);
    } catch (UnusableKeyException e) {
      throw e;
    } catch (IOException | GeneralSecurityException e) {
      boolean wrongPassword =
          e instanceof UnrecoverableKeyException
              || e.getCause() instanceof UnrecoverableKeyException;
      throw new UnusableKeyException(
          wrongPassword
              ? "the password is wrong; correct TLS_KEYSTORE_PASSWORD"
              : "it is not a PKCS#12 file; create one with: openssl pkcs12 -export -in fullchain.pem"
                  + " -inkey privkey.pem -out keystore.p12",
          e);
    } finally {
      Arrays.fill(password, '\0');
    }
  }

  private static String onlyKey(KeyStore store)
      throws GeneralSecurityException, UnusableKeyException {
    List<String> aliases = new ArrayList<>();
    for (String alias : Collections.list(store.aliases())) {
      if (store.isKeyEntry(alias)) {
        aliases.add(alias);
      }
    }
    if (aliases.size() != 1) {
      throw new UnusableKeyException(
          "it has " + aliases.size() + " private keys; name a file with one, and its chain");
    }
    return aliases.get(0);
  }
}
