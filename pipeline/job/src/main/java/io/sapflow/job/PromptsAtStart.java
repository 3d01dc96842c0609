package io.sapflow.job;

import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.job.kafka.TopicReader;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.PromptKind;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.UndecodableRecordException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The probe prompts on their topic when a job is submitted.
 *
 * @param last offset of each partition that holds committed records
 * @param harmful active HARMFUL prompts
 * @param benign active BENIGN prompts
 */
record PromptsAtStart(Map<Integer, Long> last, int harmful, int benign) {

  /** Reads their topic. */
  static PromptsAtStart read(KafkaClients clients, String topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (TopicReader reader = TopicReader.fromBeginning(clients, topic)) {
      reader.drain(records::add);
    }
    return of(records);
  }

  /** What records come to, in their order. */
  static PromptsAtStart of(List<ConsumerRecord<byte[], byte[]>> records) {
    RecordCodec<ProbePrompt> codec = RecordCodec.of(ProbePrompt.class);
    Map<Integer, Long> last = new TreeMap<>();
    Map<String, PromptKind> active = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      last.merge(record.partition(), record.offset(), Math::max);
      prompt(codec, record.value())
          .ifPresent(
              prompt -> {
                if (prompt.getActive()) {
                  active.put(prompt.getId(), prompt.getKind());
                } else {
                  active.remove(prompt.getId());
                }
              });
    }
    int harmful = Collections.frequency(active.values(), PromptKind.HARMFUL);
    return new PromptsAtStart(last, harmful, active.size() - harmful);
  }

  /** What is no prompt the job itself sets aside. */
  private static Optional<ProbePrompt> prompt(RecordCodec<ProbePrompt> codec, byte[] value) {
    try {
      return value == null ? Optional.empty() : Optional.of(codec.decode(value));
    } catch (UndecodableRecordException e) {
      return Optional.empty();
    }
  }
}
