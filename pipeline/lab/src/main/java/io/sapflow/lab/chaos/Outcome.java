package io.sapflow.lab.chaos;

import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.SafetyAlert;
import io.sapflow.schema.TopicNames;
import io.sapflow.schema.Topics;
import io.sapflow.schema.TrainingStep;
import io.sapflow.schema.VersionStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What a run left behind on its topics, as a {@code read_committed} reader sees it.
 *
 * @param examples where each example stood
 * @param storeFaults what is wrong with the adapter store, in words
 */
record Outcome(
    List<Place> examples,
    List<TrainingStep> steps,
    List<AdapterVersion> versions,
    List<ProbeReport> reports,
    List<SafetyAlert> alerts,
    List<ControlCommand> commands,
    List<QuarantinedRecord> quarantined,
    List<String> storeFaults) {

  /** Where a record stands. */
  record Place(String topic, int partition, long offset) {
    static Place of(ConsumerRecord<?, ?> record) {
      return new Place(record.topic(), record.partition(), record.offset());
    }
  }

  /**
   * Reads a run.
   *
   * @param out directory for one file a topic and a copy of the adapter store; null for none
   */
  static Outcome read(String bootstrapServers, Path store, Path out) {
    Map<String, TopicRecords> topics = new TreeMap<>();
    for (String topic : TopicNames.DEFAULT.all()) {
      topics.put(topic, TopicRecords.read(bootstrapServers, topic));
    }
    if (out != null) {
      try {
        keep(topics, store, out);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    List<AdapterVersion> versions = topics.get(Topics.ADAPTERS).as(AdapterVersion.class);
    return new Outcome(
        topics.get(Topics.EXAMPLES).records().stream().map(Place::of).toList(),
        topics.get(Topics.STEPS).as(TrainingStep.class),
        versions,
        topics.get(Topics.PROBES).as(ProbeReport.class),
        topics.get(Topics.ALERTS).as(SafetyAlert.class),
        topics.get(Topics.CONTROL).as(ControlCommand.class),
        topics.get(Topics.QUARANTINE).as(QuarantinedRecord.class),
        StoreCheck.faults(store, versions));
  }

  /** The same, with more that is wrong with the store. */
  Outcome with(List<String> more) {
    List<String> all = new ArrayList<>(storeFaults);
    all.addAll(more);
    return new Outcome(
        examples, steps, versions, reports, alerts, commands, quarantined, List.copyOf(all));
  }

  /** What was promoted last. */
  Promotions promotions() {
    Promotions promotions = new Promotions();
    versions.forEach(promotions::see);
    return promotions;
  }

  private static void keep(Map<String, TopicRecords> topics, Path store, Path out)
      throws IOException {
    Files.createDirectories(out);
    for (TopicRecords topic : topics.values()) {
      topic.write(out.resolve(topic.topic() + ".jsonl"));
    }
    try (Stream<Path> files = Files.walk(store)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path copy = out.resolve("adapters").resolve(store.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    }
  }

  /**
   * Name and digest of every version that was made, by adapter and in order. A version's digest is
   * that of its weights, moments and all other training state.
   */
  Map<String, List<String>> digests() {
    Map<String, List<String>> digests = new TreeMap<>();
    for (AdapterVersion version : versions) {
      if (version.getStatus() == VersionStatus.CANDIDATE) {
        digests
            .computeIfAbsent(version.getAdapterId(), adapter -> new ArrayList<>())
            .add(version.getVersion() + " " + version.getSha256());
      }
    }
    return digests;
  }

  /**
   * Everything that the steps say of what was learnt, by adapter and in order: without the answers
   * to commands, whose place depends on when verdicts came, and without durations.
   */
  Map<String, List<String>> learned() {
    Map<String, List<String>> learned = new TreeMap<>();
    for (TrainingStep step : steps) {
      if (step.getStep() < 0) {
        continue; // An answer from before there was such an adapter.
      }
      learned
          .computeIfAbsent(step.getAdapterId(), adapter -> new ArrayList<>())
          .add(
              TrainingStep.newBuilder(step)
                  .setAppliedCommands(List.of())
                  .setDurationMillis(0)
                  .build()
                  .toString());
    }
    return learned;
  }
}
