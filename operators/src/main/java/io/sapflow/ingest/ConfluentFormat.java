package io.sapflow.ingest;

import io.sapflow.ingest.registry.RegisteredSchema;
import io.sapflow.ingest.registry.SchemaRegistry;
import io.sapflow.schema.IncompatibleSchemaException;
import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.RecordBody;
import io.sapflow.schema.TrainingExample;
import io.sapflow.schema.UndecodableRecordException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Confluent's wire format: a zero, the id of the writer's schema, the record. What a registry has
 * for an id never changes, so it is asked once for each, as long as there are few of them.
 */
final class ConfluentFormat implements FormatDecoder {

  /** So many schemas are kept; of more, the one that was used last longest ago goes. */
  static final int MOST_SCHEMAS = 128;

  /** What an id stands for: bodies of examples, or what is wrong with the schema. */
  private record Known(RecordBody<TrainingExample> body, String fault) {}

  private final SchemaRegistry registry;
  private final Map<Integer, Known> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Known> eldest) {
          return size() > MOST_SCHEMAS;
        }
      };

  ConfluentFormat(SchemaRegistry registry) {
    this.registry = registry;
  }

  @Override
  public TrainingExample decode(byte[] value) throws RejectedRecordException {
    if (ExampleFormat.marked(value) != ExampleFormat.CONFLUENT) {
      throw ExampleFormat.CONFLUENT.refuse(value);
    }
    int id = ExampleFormat.schemaId(value);
    Known schema = known.get(id);
    if (schema == null) {
      schema = known(id);
      known.put(id, schema);
    }
    if (schema.fault() != null) {
      throw Rules.rejected(
          QuarantineReason.INCOMPATIBLE_SCHEMA, "schema id " + id + ": " + schema.fault());
    }
    try {
      int from = ExampleFormat.CONFLUENT_HEADER;
      return Texts.utf8(schema.body().decode(value, from), value, from);
    } catch (UndecodableRecordException e) {
      throw Rules.rejected(e.reason(), "schema id " + id + ": " + e.getMessage());
    }
  }

  private Known known(int id) throws RejectedRecordException {
    // No registry gives such ids.
    Optional<RegisteredSchema> found = id < 0 ? Optional.empty() : registry.schema(id);
    if (found.isEmpty()) {
      throw Rules.rejected(
          QuarantineReason.UNKNOWN_SCHEMA_ID,
          "schema id "
              + id
              + ": found no schema that the job may read at "
              + registry.shown()
              + ", expected one that is registered there");
    }
    RegisteredSchema schema = found.get();
    if (!schema.type().equals("AVRO")) {
      return new Known(null, "found a schema of another type than Avro, expected one of Avro");
    }
    if (schema.references()) {
      return new Known(
          null, "found a schema that refers to others, expected one that holds all of its types");
    }
    try {
      return new Known(RecordBody.of(TrainingExample.class, schema.text()), null);
    } catch (IncompatibleSchemaException e) {
      return new Known(null, e.getMessage());
    }
  }
}
