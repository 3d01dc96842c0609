package io.sapflow.lab.chaos;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.List;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * How much of another JVM's heap is left after a collection, looked at on a thread of its own: at
 * each collection that it makes by itself, and at those that are asked for every few seconds.
 */
final class HeapWatch implements AutoCloseable {

  private static final Duration LOOK = Duration.ofMillis(100);
  private static final int LOOKS_PER_COLLECTION = 30;

  private final JMXConnector connector;
  private final MemoryMXBean memory;
  private final List<MemoryPoolMXBean> pools;
  private final Thread thread = new Thread(this::run, "heap-watch");
  private volatile boolean closed;
  private volatile long most;

  /** Watches the JVM with a process id, which runs as the same user on this machine. */
  @SuppressWarnings("BanJNDI") // The address is the local agent's, of a process of our own.
  HeapWatch(long pid) throws IOException {
    connector = JMXConnectorFactory.connect(new JMXServiceURL(agent(pid)));
    MBeanServerConnection beans = connector.getMBeanServerConnection();
    memory = ManagementFactory.getPlatformMXBean(beans, MemoryMXBean.class);
    pools =
        ManagementFactory.getPlatformMXBeans(beans, MemoryPoolMXBean.class).stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .toList();
    thread.setDaemon(true);
  }

  private static String agent(long pid) throws IOException {
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
      try {
        return machine.startLocalManagementAgent();
      } finally {
        machine.detach();
      }
    } catch (AttachNotSupportedException e) {
      throw new IOException("the JVM " + pid + " cannot be looked into: " + e.getMessage(), e);
    }
  }

  /** Collects, and says what is left, bytes. */
  long collected() {
    memory.gc();
    return left();
  }

  /** Begins to look. */
  void start() {
    thread.start();
  }

  /** The most that was left after any collection since the start, bytes. */
  long most() {
    return most;
  }

  private long left() {
    long bytes = 0;
    for (MemoryPoolMXBean pool : pools) {
      MemoryUsage usage = pool.getCollectionUsage();
      bytes += usage == null ? 0 : usage.getUsed();
    }
    return bytes;
  }

  private void run() {
    try {
      for (int i = 0; !closed; i++) {
        most = Math.max(most, i % LOOKS_PER_COLLECTION == 0 ? collected() : left());
        Thread.sleep(LOOK.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    try {
      thread.join(Duration.ofSeconds(5).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    connector.close();
  }
}
