package io.sapflow.local.stack;

import io.sapflow.job.kafka.StackException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands between clients and a server of this machine. Once cut it lets nothing through, in either
 * direction, and says nothing of it, as a network does that has parted; once healed it goes on.
 */
public final class TcpRelay implements AutoCloseable {

  private static final int PIECE = 1 << 16;

  private final ServerSocket listening;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile int target;
  private boolean cut;
  private boolean closed;

  private TcpRelay(ServerSocket listening) {
    this.listening = listening;
  }

  /** Opens one on a free port of 127.0.0.1. */
  public static TcpRelay open() {
    try {
      TcpRelay relay = new TcpRelay(new ServerSocket(0, 100, InetAddress.getLoopbackAddress()));
      relay.start(relay::accept);
      return relay;
    } catch (IOException e) {
      throw new StackException("no relay could be opened: " + e.getMessage(), e);
    }
  }

  int port() {
    return listening.getLocalPort();
  }

  /** Where clients find the server. */
  public String address() {
    return "127.0.0.1:" + port();
  }

  /** Names the server's port. */
  void to(int port) {
    target = port;
  }

  /** Lets nothing through any more. */
  public synchronized void cut() {
    cut = true;
  }

  /** Lets everything through again. */
  public synchronized void heal() {
    cut = false;
    notifyAll();
  }

  private synchronized void awaitWhole() throws IOException {
    while (cut && !closed) {
      try {
        wait();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        open.add(client);
        start(() -> connect(client));
      } catch (IOException e) {
        return; // Closed.
      }
    }
  }

  private void connect(Socket client) {
    try {
      awaitWhole();
      Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
      open.add(server);
      start(() -> pump(server, client));
      pump(client, server);
    } catch (IOException e) {
      close(client);
    }
  }

  private void pump(Socket from, Socket to) {
    byte[] piece = new byte[PIECE];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        awaitWhole();
        out.write(piece, 0, read);
      }
    } catch (IOException e) {
      // The other end is told by the sockets' end.
    } finally {
      close(from);
      close(to);
    }
  }

  private void close(Socket socket) {
    open.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed in any case.
    }
  }

  private void start(Runnable task) {
    Thread thread = new Thread(task, "relay-" + port());
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    listening.close();
    open.forEach(this::close);
  }
}
