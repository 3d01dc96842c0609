package io.sapflow.schema;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.apache.avro.SystemLimitException;

/**
 * Bounds on what a decoder allocates for lengths that a record claims; a record of 18 bytes could
 * otherwise exhaust the heap. Avro reads them from system properties, once for each class loader
 * that holds it: in a cluster's process each submission of a job has its own.
 */
public final class AvroLimits {

  private static final String PREFIX = "org.apache.avro.limits.";

  private static final List<Limit> LIMITS =
      List.of(
          new Limit(
              "string.maxLength", 4 << 20, 64 << 20, SystemLimitException::checkMaxStringLength),
          new Limit(
              "bytes.maxLength", 16 << 20, 64 << 20, SystemLimitException::checkMaxBytesLength),
          new Limit(
              "collectionItems.maxLength",
              1_000_000,
              10_000_000,
              SystemLimitException::checkMaxCollectionLength));

  private static boolean inForce;

  private AvroLimits() {}

  /**
   * Puts the limits in force for the Avro of this class loader. What the JVM's properties say
   * counts; others of this process are not bound by what they do not say.
   *
   * @throws IllegalArgumentException naming the property, what was found and what would be right,
   *     if the JVM has one that is no bound
   * @throws IllegalStateException if Avro does not keep to one
   */
  public static synchronized void putInForce() {
    if (!inForce) {
      // Of the whole process, as the properties are: another class loader may be at it.
      synchronized (System.getProperties()) {
        read();
      }
      LIMITS.forEach(Limit::requireInForce);
      inForce = true;
    }
  }

  private static void read() {
    List<String> missing = new ArrayList<>();
    LIMITS.forEach(Limit::requireBound);
    try {
      for (Limit limit : LIMITS) {
        if (System.getProperty(limit.key()) == null) {
          missing.add(limit.key());
          System.setProperty(limit.key(), Long.toString(limit.usual()));
        }
      }
      // Avro's state serializers may have come before.
      Method again = SystemLimitException.class.getDeclaredMethod("resetLimits");
      again.setAccessible(true);
      again.invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Avro's limits cannot be set: " + e, e);
    } finally {
      missing.forEach(System::clearProperty);
    }
  }

  /**
   * A limit.
   *
   * @param most what may be set
   * @param check throws for a length above the one in force
   */
  private record Limit(String name, long usual, long most, LongConsumer check) {

    String key() {
      return PREFIX + name;
    }

    void requireBound() {
      String found = System.getProperty(key());
      Long length = Long.getLong(key());
      if (found != null && (length == null || length < 1 || length > most)) {
        throw new IllegalArgumentException(
            "system property " + key() + ": found " + found + ", expected 1 to " + most);
      }
    }

    void requireInForce() {
      try {
        check.accept(most + 1);
      } catch (SystemLimitException e) {
        return;
      }
      throw new IllegalStateException(
          "Avro keeps to no " + key() + ", expected one of at most " + most);
    }
  }
}
