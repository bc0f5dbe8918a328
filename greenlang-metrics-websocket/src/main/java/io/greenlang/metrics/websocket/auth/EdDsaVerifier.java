package io.greenlang.metrics.websocket.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.jca.JCAContext;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.EdECPublicKey;
import java.util.Set;

/**
 * A verifier of EdDSA signatures (RFC 8037) on the JDK's implementation of Ed25519. The library's
 * own one needs Google Tink, and with it Protocol Buffers and Gson. Thread-safe.
 */
final class EdDsaVerifier implements JWSVerifier {

  private static final int SIGNATURE_BYTES = 64;

  private final EdECPublicKey key;
  private final JCAContext context = new JCAContext();

  /** Creates a verifier for a key of the curve Ed25519. */
  EdDsaVerifier(EdECPublicKey key) {
    this.key = key;
  }

  @Override
  public boolean verify(JWSHeader header, byte[] content, Base64URL signature)
      throws JOSEException {
    byte[] bytes = signature.decode();
    if (bytes.length != SIGNATURE_BYTES) {
      return false;
    }
    try {
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(key);
      verifier.update(content);
      return verifier.verify(bytes);
    } catch (SignatureException e) {
      return false; // the JDK throws this if the signature is not a point of the curve
    } catch (GeneralSecurityException e) {
      throw new JOSEException("failed to verify a signature of Ed25519", e);
    }
  }

  @Override
  public Set<JWSAlgorithm> supportedJWSAlgorithms() {
    return Set.of(JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519);
  }

  @Override
  public JCAContext getJCAContext() {
    return context;
  }
}
