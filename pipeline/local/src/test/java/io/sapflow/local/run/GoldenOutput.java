package io.sapflow.local.run;

import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.job.kafka.TopicReader;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.AppliedCommand;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.SafetyAlert;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.Topics;
import io.sapflow.schema.TrainingStep;
import io.sapflow.schema.UndecodableRecordException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What a job and those who command it have committed behind given offsets. */
final class GoldenOutput implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(20);
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static final Map<String, Class<? extends SpecificRecord>> TYPES =
      Map.of(
          Topics.STEPS, TrainingStep.class,
          Topics.ADAPTERS, AdapterVersion.class,
          Topics.PROBES, ProbeReport.class,
          Topics.ALERTS, SafetyAlert.class,
          Topics.QUARANTINE, QuarantinedRecord.class,
          Topics.CONTROL, ControlCommand.class);

  private final LocalRun run;
  private final Map<String, Long> firsts;
  private final Map<String, TopicReader> readers = new LinkedHashMap<>();
  private final Map<String, RecordCodec<? extends SpecificRecord>> codecs = new LinkedHashMap<>();
  private final List<SpecificRecord> records = new ArrayList<>();

  /**
   * Output of a run's job.
   *
   * @param firsts by topic, the offset of the first record that counts; 0 where there is none
   */
  GoldenOutput(LocalRun run, Map<String, Long> firsts) {
    this.run = run;
    this.firsts = firsts;
    TYPES.forEach(
        (topic, type) -> {
          readers.put(
              topic, TopicReader.fromBeginning(KafkaClients.at(run.bootstrapServers()), topic));
          codecs.put(topic, RecordCodec.of(type));
        });
  }

  /** Waits until something is so, reading on. */
  void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("waited in vain for: " + what + "; committed: " + records);
      }
      run.check();
      readers.values().forEach(reader -> reader.poll(POLL, this::take));
    }
  }

  /** Reads on to what is committed by now. */
  void drain() {
    readers.values().forEach(reader -> reader.drain(this::take));
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    if (record.offset() < firsts.getOrDefault(record.topic(), 0L)) {
      return;
    }
    try {
      records.add(codecs.get(record.topic()).decode(record.value()));
    } catch (UndecodableRecordException e) {
      throw new AssertionError(record.topic() + " at offset " + record.offset(), e);
    }
  }

  /** All records of a type, in the order of their topic. */
  <T> Stream<T> all(Class<T> type) {
    return List.copyOf(records).stream().filter(type::isInstance).map(type::cast);
  }

  Stream<TrainingStep> steps(String adapterId) {
    return all(TrainingStep.class).filter(step -> step.getAdapterId().equals(adapterId));
  }

  Stream<AdapterVersion> versions(String adapterId) {
    return all(AdapterVersion.class).filter(version -> version.getAdapterId().equals(adapterId));
  }

  Stream<SafetyAlert> alerts(String rule) {
    return all(SafetyAlert.class).filter(alert -> alert.getRule().equals(rule));
  }

  /** Examples that were trained. */
  int trained(String adapterId) {
    return steps(adapterId)
        .filter(step -> step.getOutcome() == StepStatus.TRAINED)
        .mapToInt(TrainingStep::getExamples)
        .sum();
  }

  /** What a trainer said to a command. */
  Optional<AppliedCommand> answer(String commandId) {
    return all(TrainingStep.class)
        .flatMap(step -> step.getAppliedCommands().stream())
        .filter(answer -> answer.getId().equals(commandId))
        .findFirst();
  }

  @Override
  public void close() {
    readers.values().forEach(TopicReader::close);
  }
}
