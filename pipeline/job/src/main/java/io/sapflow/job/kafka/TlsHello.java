package io.sapflow.job.kafka;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;

/** The first message of a client that would speak TLS, as the JDK writes it. */
final class TlsHello {

  /** Types of records that a server of TLS answers with. */
  static final int HANDSHAKE = 22;

  static final int ALERT = 21;

  private TlsHello() {}

  /** The message to a server. */
  static byte[] to(String host, int port) throws IOException {
    try {
      SSLEngine engine = SSLContext.getDefault().createSSLEngine(host, port);
      engine.setUseClientMode(true);
      engine.beginHandshake();
      ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
      SSLEngineResult result = engine.wrap(ByteBuffer.allocate(0), out);
      byte[] bytes = new byte[result.bytesProduced()];
      out.flip().get(bytes);
      return bytes;
    } catch (NoSuchAlgorithmException e) {
      throw new IOException("this Java does not know TLS", e);
    }
  }
}
