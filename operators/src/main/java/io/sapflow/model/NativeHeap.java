package io.sapflow.model;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives memory that libtorch has freed back to the system. The C library keeps it otherwise, in an
 * arena of each thread that ever loaded a model, and every restart of a job has threads of its own.
 */
final class NativeHeap {

  private static final Logger LOG = LoggerFactory.getLogger(NativeHeap.class);
  private static final String COMMANDS = "com.sun.management:type=DiagnosticCommand";
  private static final String TRIM = "systemTrimNativeHeap";

  private NativeHeap() {}

  /** Does nothing on a JVM or a system that cannot. */
  static void trim() {
    try {
      MBeanServer server = ManagementFactory.getPlatformMBeanServer();
      server.invoke(new ObjectName(COMMANDS), TRIM, new Object[0], new String[0]);
    } catch (JMException | RuntimeException e) {
      LOG.debug("the native heap was not trimmed: {}", e.toString());
    }
  }
}
