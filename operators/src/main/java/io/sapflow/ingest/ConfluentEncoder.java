package io.sapflow.ingest;

import io.sapflow.ingest.registry.SchemaRegistry;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.TrainingExample;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Confluent's wire format; the schema is registered under the topic's subject. */
final class ConfluentEncoder implements ExampleEncoder {

  private final SchemaRegistry registry;
  private final Consumer<String> lines;
  private final RecordCodec<TrainingExample> codec = RecordCodec.of(TrainingExample.class);
  private final Map<String, Integer> ids = new HashMap<>();

  /** An encoder; {@code lines} is told which id the schema has, once for each topic. */
  ConfluentEncoder(SchemaRegistry registry, Consumer<String> lines) {
    this.registry = registry;
    this.lines = lines;
  }

  @Override
  public byte[] encode(String topic, TrainingExample example) {
    int id = ids.computeIfAbsent(topic, this::register);
    byte[] single = codec.encode(example);
    int body = single.length - RecordCodec.HEADER_BYTES;
    return ByteBuffer.allocate(ExampleFormat.CONFLUENT_HEADER + body)
        .put((byte) 0)
        .putInt(id)
        .put(single, RecordCodec.HEADER_BYTES, body)
        .array();
  }

  private int register(String topic) {
    String subject = topic + "-value";
    int id = registry.register(subject, TrainingExample.getClassSchema().toString());
    lines.accept(
        "the schema of examples has id "
            + id
            + " under subject "
            + subject
            + " at "
            + registry.shown());
    return id;
  }
}
