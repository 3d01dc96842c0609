package io.sapflow.lab.chaos;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.job.kafka.TopicReader;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.UndecodableRecordException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The committed records of a topic, in the order of a partition's offsets.
 *
 * @param topic its name
 * @param records all that a {@code read_committed} reader sees
 */
record TopicRecords(String topic, List<ConsumerRecord<byte[], byte[]>> records) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Reads a topic from its beginning to its present end. */
  static TopicRecords read(String bootstrapServers, String topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (TopicReader reader = TopicReader.fromBeginning(KafkaClients.at(bootstrapServers), topic)) {
      reader.drain(records::add);
    }
    return new TopicRecords(topic, records);
  }

  /** The records decoded. */
  <T extends SpecificRecord> List<T> as(Class<T> type) {
    RecordCodec<T> codec = RecordCodec.of(type);
    List<T> decoded = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      try {
        decoded.add(codec.decode(record.value()));
      } catch (UndecodableRecordException e) {
        throw new IllegalStateException(topic + " at offset " + record.offset(), e);
      }
    }
    return decoded;
  }

  /** Writes one JSON object a line: partition, offset, key as text, value in Base64. */
  void write(Path file) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (ConsumerRecord<byte[], byte[]> record : records) {
        ObjectNode line = JSON.createObjectNode();
        line.put("partition", record.partition()).put("offset", record.offset());
        line.put(
            "key", record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8));
        line.put("value", Base64.getEncoder().encodeToString(record.value()));
        out.write(JSON.writeValueAsString(line));
        out.newLine();
      }
    }
  }
}
