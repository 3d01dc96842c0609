package io.sapflow.ingest;

import io.sapflow.http.Authorization;
import io.sapflow.ingest.registry.RegistrySettings;
import io.sapflow.ingest.registry.SchemaRegistry;
import java.io.Serializable;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What the values of the examples topics are written in.
 *
 * @param format in force
 * @param registry where schemas are; {@link RegistrySettings#NONE} for nowhere
 */
public record FormatSettings(ExampleFormat format, RegistrySettings registry)
    implements Serializable {

  /** Avro's single-object encoding. */
  public static final FormatSettings AVRO =
      new FormatSettings(ExampleFormat.AVRO, RegistrySettings.NONE);

  /** Refuses a format that cannot be read. */
  public FormatSettings {
    if (format == ExampleFormat.CONFLUENT && registry.addresses().isEmpty()) {
      throw new IllegalArgumentException(
          "sapflow.schema-registry.url: found none, expected the registry's address, such as"
              + " http://127.0.0.1:8081, because sapflow.examples.format is confluent");
    }
  }

  /**
   * What the job reads examples by: one format, and no other.
   *
   * @param environment which may hold what opens the registry
   * @throws IllegalArgumentException if that is not what it should be
   */
  public FormatDecoder decoder(Map<String, String> environment) {
    return decoder(format, environment);
  }

  private FormatDecoder decoder(ExampleFormat each, Map<String, String> environment) {
    return switch (each) {
      case AVRO -> new AvroFormat();
      case CONFLUENT -> new ConfluentFormat(open(environment));
      case JSON -> new JsonFormat();
    };
  }

  /**
   * What looks back at examples that a job took in, or set aside, and that may be older than the
   * format in force: a value is read by its mark. Of Confluent's wire format only where there is a
   * registry.
   */
  public FormatDecoder anyDecoder(Map<String, String> environment) {
    FormatDecoder avro = decoder(ExampleFormat.AVRO, environment);
    FormatDecoder json = decoder(ExampleFormat.JSON, environment);
    FormatDecoder confluent =
        registry.addresses().isEmpty() ? avro : decoder(ExampleFormat.CONFLUENT, environment);
    return value -> {
      ExampleFormat marked = ExampleFormat.marked(value);
      FormatDecoder decoder =
          marked == ExampleFormat.JSON
              ? json
              : marked == ExampleFormat.CONFLUENT ? confluent : avro;
      return decoder.decode(value);
    };
  }

  /**
   * What writes examples that the job can read.
   *
   * @param lines is told of each schema that it registers
   */
  public ExampleEncoder encoder(Map<String, String> environment, Consumer<String> lines) {
    return switch (format) {
      case AVRO -> new AvroFormat();
      case CONFLUENT -> new ConfluentEncoder(open(environment), lines);
      case JSON -> new JsonFormat();
    };
  }

  /**
   * The same without a registry, for those who only look what would become of an example:
   * Confluent's wire format holds what the single-object encoding holds.
   */
  public FormatSettings withoutRegistry() {
    return format == ExampleFormat.CONFLUENT ? AVRO : this;
  }

  private SchemaRegistry open(Map<String, String> environment) {
    return new SchemaRegistry(registry, authorization(environment));
  }

  /**
   * Looks whether what opens the registry is what it should be.
   *
   * @throws IllegalArgumentException naming the variable otherwise
   */
  public void check(Map<String, String> environment) {
    authorization(environment);
  }

  private static String authorization(Map<String, String> environment) {
    return Authorization.basic(
        SchemaRegistry.AUTHORIZATION, environment.get(SchemaRegistry.AUTHORIZATION));
  }
}
