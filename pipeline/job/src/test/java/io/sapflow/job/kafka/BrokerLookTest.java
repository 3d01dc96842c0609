package io.sapflow.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What stands at an address is told by what it answers, not by what it leaves unsaid. */
@Timeout(20)
class BrokerLookTest {

  /** What a server does with one connection. */
  private interface Manner {
    void with(InputStream in, OutputStream out) throws IOException, InterruptedException;
  }

  private static BrokerLook at(Manner manner) throws IOException {
    try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      Thread thread =
          new Thread(
              () -> {
                while (!server.isClosed()) {
                  try (Socket socket = server.accept()) {
                    manner.with(socket.getInputStream(), socket.getOutputStream());
                  } catch (IOException e) {
                    // closed by the test
                  } catch (InterruptedException e) {
                    return;
                  }
                }
              });
      thread.setDaemon(true);
      thread.start();
      try {
        return BrokerLook.at("127.0.0.1:" + server.getLocalPort());
      } finally {
        thread.interrupt();
      }
    }
  }

  @Test
  void brokerWithoutTls_isPlain() throws IOException {
    assertThat(
            at(
                (in, out) -> {
                  in.readNBytes(14);
                  out.write(new byte[] {0, 0, 0, 6, 0, 0, 0, 1, 0, 0});
                  in.read();
                }))
        .isEqualTo(BrokerLook.PLAIN);
  }

  @Test
  void serverThatAnswersAHandshake_speaksTls() throws IOException {
    assertThat(
            at(
                (in, out) -> {
                  if (in.read() == TlsHello.HANDSHAKE) {
                    out.write(TlsHello.HANDSHAKE);
                  } else {
                    out.write(new byte[] {TlsHello.ALERT, 3, 3, 0, 2, 2, 40, 0});
                  }
                }))
        .isEqualTo(BrokerLook.TLS);
  }

  @Test
  void serverThatSaysNothing_isTakenForNeither() throws IOException {
    assertThat(at((in, out) -> Thread.sleep(10_000))).isEqualTo(BrokerLook.SILENT);
    assertThat(at((in, out) -> in.read())).isEqualTo(BrokerLook.SILENT);
  }

  @Test
  void addressOfNobody_orThatIsNone_hasNobody() {
    assertThat(BrokerLook.at("127.0.0.1:1")).isEqualTo(BrokerLook.NOBODY);
    assertThat(BrokerLook.at("a b:c, [::x]:1, host")).isEqualTo(BrokerLook.NOBODY);
  }
}
