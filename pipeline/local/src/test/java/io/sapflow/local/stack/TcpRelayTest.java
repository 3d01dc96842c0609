package io.sapflow.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TcpRelayTest {

  private static final int MOMENT_MILLIS = 200;

  private TcpRelay relay;
  private ServerSocket server;

  @BeforeEach
  void open() throws IOException {
    server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    relay = TcpRelay.open();
    relay.to(server.getLocalPort());
  }

  @AfterEach
  void close() throws IOException {
    relay.close();
    server.close();
  }

  private Socket client() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), relay.port());
  }

  @Test
  void relay_letsBytesThrough_andTheEnd() throws IOException {
    try (Socket client = client();
        Socket served = server.accept()) {
      client.getOutputStream().write(7);
      assertThat(served.getInputStream().read()).isEqualTo(7);
      served.getOutputStream().write(8);
      assertThat(client.getInputStream().read()).isEqualTo(8);
      served.close();
      assertThat(client.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void cutRelay_letsNothingThrough_untilItIsHealed() throws IOException {
    try (Socket client = client();
        Socket served = server.accept()) {
      relay.cut();
      client.getOutputStream().write(7);
      served.setSoTimeout(MOMENT_MILLIS);
      assertThatThrownBy(() -> served.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
      relay.heal();
      served.setSoTimeout(0);
      assertThat(served.getInputStream().read()).isEqualTo(7);
    }
  }

  @Test
  void cutRelay_takesAClient_andConnectsItOnceHealed() throws IOException {
    relay.cut();
    try (Socket client = client()) {
      client.getOutputStream().write(7);
      server.setSoTimeout(MOMENT_MILLIS);
      assertThatThrownBy(server::accept).isInstanceOf(SocketTimeoutException.class);
      relay.heal();
      server.setSoTimeout(0);
      try (Socket served = server.accept()) {
        assertThat(served.getInputStream().read()).isEqualTo(7);
      }
    }
  }
}
