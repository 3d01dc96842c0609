package io.sapflow.ops.blame;

import io.sapflow.job.kafka.TopicReader;
import io.sapflow.ops.topics.Brokers;
import io.sapflow.ops.topics.Lineage;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.Topic;
import io.sapflow.schema.TrainingStep;
import io.sapflow.schema.UndecodableRecordException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;

/** Finds a version's range on the topics of versions and steps. */
final class RangeReader {

  private final Brokers brokers;
  private final Consumer<String> faults;

  /** A reader; {@code faults} is told what is no record, one line each. */
  RangeReader(Brokers brokers, Consumer<String> faults) {
    this.brokers = brokers;
    this.faults = faults;
  }

  /**
   * The range of a version.
   *
   * @throws IllegalArgumentException if the version is unknown, or is the first of its adapter
   */
  BlamedRange read(String name) {
    List<AdapterVersion> versions =
        records(brokers.topics().of(Topic.ADAPTERS), AdapterVersion.class);
    String adapter = adapter(versions, name);
    Lineage lineage = new Lineage();
    records(brokers.topics().of(Topic.STEPS), TrainingStep.class).stream()
        .filter(step -> step.getAdapterId().equals(adapter))
        .forEach(lineage::add);
    versions.stream()
        .filter(version -> version.getAdapterId().equals(adapter))
        .forEach(lineage::add);
    return range(lineage, name);
  }

  private String adapter(List<AdapterVersion> versions, String name) {
    List<String> adapters =
        versions.stream()
            .filter(version -> version.getVersion().equals(name))
            .map(AdapterVersion::getAdapterId)
            .distinct()
            .toList();
    if (adapters.size() != 1) {
      throw new IllegalArgumentException(
          "version "
              + name
              + ": found "
              + (adapters.isEmpty() ? "none" : "those of adapters " + String.join(", ", adapters))
              + " on "
              + brokers.topics().of(Topic.ADAPTERS)
              + ", expected one; sapflow watch adapters lists them");
    }
    return adapters.get(0);
  }

  /** The same, of a lineage that is known. */
  BlamedRange range(Lineage lineage, String name) {
    Lineage.Made made = lineage.version(name);
    if (made == null) {
      throw new IllegalArgumentException(
          "version "
              + name
              + ": found it only before the adapter was begun anew, expected one of its present"
              + " life");
    }
    AdapterVersion version = made.version();
    AdapterVersion parent = parent(lineage, version);
    List<TrainingStep> steps =
        lineage.in(version).stream().filter(step -> step.getStep() > parent.getStep()).toList();
    return new BlamedRange(version, parent, steps);
  }

  private AdapterVersion parent(Lineage lineage, AdapterVersion version) {
    if (version.getParent() == null) {
      AdapterVersion first = lineage.versions().get(0).version();
      if (first.equals(version)) {
        throw new IllegalArgumentException(
            "version "
                + version.getVersion()
                + ": is the first of adapter "
                + version.getAdapterId()
                + ", expected one that was trained");
      }
      return first;
    }
    Lineage.Made parent = lineage.version(version.getParent());
    if (parent == null) {
      throw new IllegalArgumentException(
          "version "
              + version.getVersion()
              + ": its parent "
              + version.getParent()
              + " is no longer on "
              + brokers.topics().of(Topic.ADAPTERS)
              + ", expected it there");
    }
    return parent.version();
  }

  private <T extends SpecificRecord> List<T> records(String topic, Class<T> type) {
    RecordCodec<T> codec = RecordCodec.of(type);
    List<T> records = new ArrayList<>();
    try (TopicReader reader = TopicReader.fromBeginning(brokers.client(), topic)) {
      reader.drain(
          record -> {
            try {
              records.add(codec.decode(record.value()));
            } catch (UndecodableRecordException e) {
              faults.accept(
                  topic
                      + " at offset "
                      + record.offset()
                      + " holds what is no record: "
                      + e.reason());
            }
          });
    }
    return records;
  }
}
