package io.sapflow.ingest;

import io.sapflow.schema.TrainingExample;

/** From a training example to a record's value, in one format. Not thread-safe. */
public interface ExampleEncoder {

  /**
   * The value.
   *
   * @param topic where it is to stand
   * @throws io.sapflow.ingest.registry.RegistryException if the format needs a registry, and none
   *     answers
   */
  byte[] encode(String topic, TrainingExample example);

  /** One of Avro's single-object encoding. */
  static ExampleEncoder avro() {
    return new AvroFormat();
  }
}
