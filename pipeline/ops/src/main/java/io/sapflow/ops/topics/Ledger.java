package io.sapflow.ops.topics;

import io.sapflow.ingest.FormatDecoder;
import io.sapflow.ingest.RejectedRecordException;
import io.sapflow.job.kafka.TopicReader;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.OffsetRange;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.Topic;
import io.sapflow.schema.TrainingExample;
import io.sapflow.schema.TrainingStep;
import io.sapflow.schema.UndecodableRecordException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;

/** Tells which versions saw an example, and which examples a version saw. */
public final class Ledger {

  /** Where an example's record stands. */
  private record Place(OffsetRange at, String source) {}

  private final Brokers brokers;
  private final String adapter;
  private final FormatDecoder examples;
  private final Consumer<String> lines;
  private final Lineage lineage = new Lineage();

  /**
   * Reads what stands on the topics of steps and versions.
   *
   * @param adapter its id
   * @param examples reads those that the adapter was trained on
   * @param lines is told the answers
   */
  public Ledger(Brokers brokers, String adapter, FormatDecoder examples, Consumer<String> lines) {
    this.brokers = brokers;
    this.examples = examples;
    this.adapter = adapter;
    this.lines = line -> lines.accept(PlainText.of(line));
    read(
        brokers.topics().of(Topic.STEPS),
        TrainingStep.class,
        step -> {
          if (step.getAdapterId().equals(adapter)) {
            lineage.add(step);
          }
        });
    read(
        brokers.topics().of(Topic.ADAPTERS),
        AdapterVersion.class,
        version -> {
          if (version.getAdapterId().equals(adapter)) {
            lineage.add(version);
          }
        });
    if (lineage.begunAnew()) {
      this.lines.accept(
          "adapter " + adapter + " was begun anew; what was before its last start is left out");
    }
  }

  /** Tells which versions saw an example; false if no step trained it. */
  public boolean example(String id) {
    List<TrainingStep> trained = lineage.of(id);
    if (trained.isEmpty()) {
      lines.accept(
          "example "
              + id
              + ": found no step on "
              + brokers.topics().of(Topic.STEPS)
              + " that trained it for "
              + adapter);
      return false;
    }
    List<TrainingStep> present = lineage.present();
    for (TrainingStep step : trained) {
      lines.accept(
          "example "
              + id
              + " was trained in step "
              + step.getStep()
              + " (generation "
              + step.getGeneration()
              + "), "
              + (present.contains(step) ? "in the present weights" : "undone by a rollback since"));
      place(id, step).forEach(place -> lines.accept(line(place)));
      for (Lineage.Made made : lineage.versions()) {
        if (lineage.in(made.version()).contains(step)) {
          lines.accept("  in version " + made.version().getVersion() + " " + made.status());
        }
      }
    }
    return true;
  }

  /** Tells what a version saw; false if it is not known, or not all of its steps are. */
  public boolean version(String name) {
    Lineage.Made made = lineage.version(name);
    if (made == null) {
      lines.accept(
          "version "
              + name
              + ": found none of adapter "
              + adapter
              + " on "
              + brokers.topics().of(Topic.ADAPTERS));
      return false;
    }
    List<TrainingStep> steps = lineage.in(made.version());
    int examples = steps.stream().mapToInt(TrainingStep::getExamples).sum();
    lines.accept(
        "version "
            + name
            + " "
            + made.status()
            + " (generation "
            + made.version().getGeneration()
            + "): "
            + examples
            + " examples in "
            + steps.size()
            + " steps");
    Lineage.offsets(steps).forEach(range -> lines.accept("  " + RecordLine.range(range)));
    long missing = made.version().getUpdates() - steps.size();
    if (missing != 0) {
      lines.accept(
          "  of its "
              + made.version().getUpdates()
              + " updates "
              + brokers.topics().of(Topic.STEPS)
              + " tells "
              + steps.size()
              + ": older steps are no longer there");
    }
    return missing == 0;
  }

  /** Where a step's example stands, looked up among the step's offsets; all that are of that id. */
  private List<Place> place(String id, TrainingStep step) {
    List<Place> places = new ArrayList<>();
    try (TopicReaders readers = new TopicReaders(brokers)) {
      for (OffsetRange range : step.getOffsets()) {
        readers
            .of(range.getTopic())
            .range(
                range.getPartition(),
                range.getFirstOffset(),
                range.getLastOffset(),
                record -> {
                  try {
                    byte[] value = record.value() == null ? new byte[0] : record.value();
                    TrainingExample example = examples.decode(value);
                    if (example.getId().equals(id) && example.getAdapterId().equals(adapter)) {
                      places.add(
                          new Place(
                              new OffsetRange(
                                  record.topic(),
                                  record.partition(),
                                  record.offset(),
                                  record.offset()),
                              example.getSource()));
                    }
                  } catch (RejectedRecordException e) {
                    // It was not trained, so it is not the one.
                  }
                });
      }
    }
    if (places.isEmpty()) {
      step.getOffsets().forEach(range -> places.add(new Place(range, null)));
    }
    return places;
  }

  private static String line(Place place) {
    return place.source() == null
        ? "  it is one of " + RecordLine.range(place.at()) + ", which the topic no longer has"
        : "  it stands at " + RecordLine.range(place.at()) + ", source " + place.source();
  }

  private <T extends SpecificRecord> void read(String topic, Class<T> type, Consumer<T> target) {
    RecordCodec<T> codec = RecordCodec.of(type);
    try (TopicReader reader = TopicReader.fromBeginning(brokers.client(), topic)) {
      reader.drain(
          record -> {
            try {
              target.accept(codec.decode(record.value()));
            } catch (UndecodableRecordException e) {
              lines.accept(
                  topic
                      + " at offset "
                      + record.offset()
                      + " holds what is no record: "
                      + e.reason());
            }
          });
    }
  }
}
