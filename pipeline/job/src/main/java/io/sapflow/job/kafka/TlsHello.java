package io.sapflow.job.kafka;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

/** The first message of a client that would speak TLS, as the JDK writes it. */
final class TlsHello {

  /** Types of records that a server of TLS answers with. */
  static final int HANDSHAKE = 22;

  static final int ALERT = 21;

  /** The message. */
  static final byte[] BYTES = make();

  private TlsHello() {}

  private static byte[] make() {
    try {
      SSLEngine engine = SSLContext.getDefault().createSSLEngine();
      engine.setUseClientMode(true);
      engine.beginHandshake();
      ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
      SSLEngineResult result = engine.wrap(ByteBuffer.allocate(0), out);
      byte[] bytes = new byte[result.bytesProduced()];
      out.flip().get(bytes);
      return bytes;
    } catch (SSLException | java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java does not know TLS", e);
    }
  }
}
