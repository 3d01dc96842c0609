package io.sapflow.schema;

/**
 * Bounds on what a decoder allocates for lengths that a record claims. Avro reads them from system
 * properties, once; a record of 18 bytes could otherwise exhaust the heap.
 */
public final class AvroLimits {

  private static final String PREFIX = "org.apache.avro.limits.";

  private AvroLimits() {}

  /**
   * Refuses to go on unless every limit is set.
   *
   * @throws IllegalStateException naming the property, what was found and what would be right
   */
  public static void requireInForce() {
    require("string.maxLength", 4 << 20, 64 << 20);
    require("bytes.maxLength", 16 << 20, 64 << 20);
    require("collectionItems.maxLength", 1_000_000, 10_000_000);
  }

  private static void require(String limit, long usual, long most) {
    String key = PREFIX + limit;
    Long found = Long.getLong(key);
    if (found == null || found < 1 || found > most) {
      throw new IllegalStateException(
          "system property "
              + key
              + ": found "
              + System.getProperty(key)
              + ", expected 1 to "
              + most
              + "; start the JVM with -D"
              + key
              + "="
              + usual);
    }
  }
}
