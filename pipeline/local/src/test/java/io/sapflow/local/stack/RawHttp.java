package io.sapflow.local.stack;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Requests with any header, which an HTTP client would not send. */
record RawHttp(URI server) {

  private static final int LIMIT_MILLIS = 30_000;

  /**
   * Sends a request and returns the whole answer.
   *
   * @param head first line and headers, without Content-Length and Connection
   */
  String send(String head, String body) throws IOException {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    String request =
        head.stripTrailing().replace("\n", "\r\n")
            + "\r\nConnection: close\r\nContent-Length: "
            + content.length
            + "\r\n\r\n"
            + body;
    try (Socket socket = new Socket(server.getHost(), server.getPort())) {
      socket.setSoTimeout(LIMIT_MILLIS);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Its name and port, as in the header Host. */
  String host() {
    return server.getAuthority();
  }
}
