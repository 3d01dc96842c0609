package io.sapflow.local.stack;

import io.sapflow.job.kafka.StackException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Free TCP ports on loopback, below the range the kernel hands to outgoing connections (from 32768
 * on Linux): a port that is down for a moment is not taken by a client that tries to reach it.
 */
final class FreePorts {
  private static final int FIRST = 15_000;
  private static final int END = 32_000;
  private static final int ATTEMPTS = 1_000;

  private FreePorts() {}

  /** A port that nothing listens on, other than {@code taken}. */
  static int next(int... taken) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, END);
      if (!contains(taken, port) && isFree(port)) {
        return port;
      }
    }
    throw new StackException("no free port on loopback between " + FIRST + " and " + END);
  }

  private static boolean contains(int[] ports, int port) {
    for (int other : ports) {
      if (other == port) {
        return true;
      }
    }
    return false;
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
