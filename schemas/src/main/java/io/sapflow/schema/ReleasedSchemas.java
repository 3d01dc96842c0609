package io.sapflow.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParser;
import org.apache.avro.message.SchemaStore;

/** Every schema that a release has written with, so that old records stay readable. */
final class ReleasedSchemas {

  /**
   * Number of the newest released version; its schemas are resources under {@code released/vN/}.
   */
  static final int NEWEST = 9;

  private ReleasedSchemas() {}

  /** By the record type's name: reading them takes milliseconds, and there is one for all. */
  private static final Map<String, SchemaStore> KNOWN = new ConcurrentHashMap<>();

  /** The present schema of a record type and all released ones. */
  static SchemaStore of(Schema present) {
    return KNOWN.computeIfAbsent(present.getFullName(), name -> read(present));
  }

  private static SchemaStore read(Schema present) {
    SchemaStore.Cache store = new SchemaStore.Cache();
    store.addSchema(present);
    for (int version = 1; version <= NEWEST; version++) {
      Schema released = read(present.getName(), version);
      if (released != null) {
        store.addSchema(released);
      }
    }
    return store;
  }

  /** A record type as a release had it, null where that release had no such type. */
  static Schema read(String name, int version) {
    try (InputStream in =
        ReleasedSchemas.class.getResourceAsStream("released/v" + version + "/" + name + ".avsc")) {
      return in == null ? null : new SchemaParser().parse(in).mainSchema();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
