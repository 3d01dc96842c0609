package io.sapflow.job.kafka;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;

/** A look at what answers at an address, where a client has had no answer. */
enum BrokerLook {
  /** Nobody accepts a connection. */
  NOBODY,
  /** Speaks TLS. */
  TLS,
  /** Answers Kafka's requests without TLS. */
  PLAIN,
  /** Accepts a connection, and answers neither. */
  SILENT;

  /** At all addresses together, so that a command ends in time. */
  private static final Duration LIMIT = Duration.ofSeconds(4);

  private static final int STEP_MILLIS = 1000;

  /**
   * A request for the versions of Kafka's requests: key 18, version 0, number 1, no client's id.
   */
  private static final byte[] VERSIONS = {0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, -1, -1};

  /** The first answer at addresses, host:port, separated by commas. */
  static BrokerLook at(String addresses) {
    long end = System.nanoTime() + LIMIT.toNanos();
    for (String address : addresses.split(",")) {
      URI uri = uri(address.strip());
      if (uri != null && System.nanoTime() < end) {
        BrokerLook look = look(uri);
        if (look != NOBODY) {
          return look;
        }
      }
    }
    return NOBODY;
  }

  private static URI uri(String address) {
    try {
      URI uri = URI.create("kafka://" + address);
      return uri.getHost() == null || uri.getPort() < 1 ? null : uri;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static BrokerLook look(URI address) {
    try (Socket socket = connect(address)) {
      socket.getOutputStream().write(VERSIONS);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      if (in.readInt() >= Integer.BYTES && in.readInt() == 1) {
        return PLAIN;
      }
    } catch (java.net.ConnectException e) {
      return NOBODY;
    } catch (IOException e) {
      // Not like this; a server of TLS closes, or says an alert.
    }
    return speaksTls(address) ? TLS : SILENT;
  }

  /** Whether a server answers the beginning of a handshake as TLS does; nothing is trusted. */
  private static boolean speaksTls(URI address) {
    try (Socket socket = connect(address)) {
      socket.getOutputStream().write(TlsHello.to(address.getHost(), address.getPort()));
      int type = socket.getInputStream().read();
      return type == TlsHello.HANDSHAKE || type == TlsHello.ALERT;
    } catch (IOException e) {
      return false;
    }
  }

  private static Socket connect(URI address) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(address.getHost(), address.getPort()), STEP_MILLIS);
      socket.setSoTimeout(STEP_MILLIS);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw new java.net.ConnectException(e.getMessage());
    }
  }
}
