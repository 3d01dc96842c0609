package io.sapflow.ops.blame;

import io.sapflow.ingest.AdapterPolicy;
import io.sapflow.ingest.ExampleDecoder;
import io.sapflow.ingest.FormatDecoder;
import io.sapflow.ingest.IngestLimits;
import io.sapflow.ingest.RawRecord;
import io.sapflow.ingest.RejectedRecordException;
import io.sapflow.ingest.SourcePolicy;
import io.sapflow.job.RawRecordSchema;
import io.sapflow.job.kafka.TopicReader;
import io.sapflow.ops.topics.Brokers;
import io.sapflow.ops.topics.Lineage;
import io.sapflow.ops.topics.TopicReaders;
import io.sapflow.schema.OffsetRange;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.SourceEvidence;
import io.sapflow.schema.Topic;
import io.sapflow.schema.TrainingExample;
import io.sapflow.schema.TrainingStep;
import io.sapflow.schema.UndecodableRecordException;
import io.sapflow.tokens.ChatEncoder;
import io.sapflow.tokens.ChatException;
import io.sapflow.tokens.Chats;
import io.sapflow.tokens.EncodedChat;
import io.sapflow.tokens.TokenizedExample;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the examples of a range: from their topics, or from quarantine's bytes where these have let
 * go of them.
 */
final class SuspectReader {

  private static final byte[] NONE = {};

  /** Where a record stands. */
  private record Place(String topic, int partition, long offset) {}

  private final Brokers brokers;
  private final SourcePolicy sources;
  private final ChatEncoder encoder;
  private final RawRecordSchema schema;
  private final ExampleDecoder decoder;

  /** A reader that tells examples to a model by its encoder. */
  SuspectReader(
      Brokers brokers,
      IngestLimits limits,
      FormatDecoder examples,
      SourcePolicy sources,
      ChatEncoder encoder) {
    this.brokers = brokers;
    this.schema = new RawRecordSchema(limits.envelope().recordBytes());
    this.sources = sources;
    this.encoder = encoder;
    this.decoder =
        new ExampleDecoder(limits, new AdapterPolicy(Set.of(), Integer.MAX_VALUE), examples);
  }

  /** The examples in the order in which they were trained; those that are gone are left out. */
  List<Suspect> read(BlamedRange range) {
    Map<Place, RawRecord> raws = raws(Lineage.offsets(range.steps()));
    List<Suspect> suspects = new ArrayList<>();
    for (TrainingStep step : range.steps()) {
      for (OffsetRange offsets : step.getOffsets()) {
        for (long at = offsets.getFirstOffset(); at <= offsets.getLastOffset(); at++) {
          RawRecord raw = raws.get(new Place(offsets.getTopic(), offsets.getPartition(), at));
          TokenizedExample example = raw == null ? null : tokenized(raw, step.getAdapterId());
          if (example != null) {
            suspects.add(new Suspect(example, step.getStep(), push(step, example.source())));
          }
        }
      }
    }
    return suspects;
  }

  private Map<Place, RawRecord> raws(List<OffsetRange> offsets) {
    Map<Place, RawRecord> raws = new HashMap<>();
    try (TopicReaders readers = new TopicReaders(brokers)) {
      for (OffsetRange range : offsets) {
        readers
            .of(range.getTopic())
            .range(
                range.getPartition(),
                range.getFirstOffset(),
                range.getLastOffset(),
                record ->
                    raws.put(
                        new Place(record.topic(), record.partition(), record.offset()),
                        schema.raw(record)));
      }
    }
    long asked =
        offsets.stream()
            .mapToLong(range -> range.getLastOffset() - range.getFirstOffset() + 1)
            .sum();
    if (raws.size() < asked) {
      quarantined(raws);
    }
    return raws;
  }

  /** Adds what the topic no longer has, as far as quarantine holds its bytes. */
  private void quarantined(Map<Place, RawRecord> raws) {
    RecordCodec<QuarantinedRecord> codec = RecordCodec.of(QuarantinedRecord.class);
    try (TopicReader reader =
        TopicReader.fromBeginning(brokers.client(), brokers.topics().of(Topic.QUARANTINE))) {
      reader.drain(
          record -> {
            try {
              QuarantinedRecord held = codec.decode(record.value());
              if (brokers.topics().holdsExamples(held.getTopic())
                  && held.getValue().hasRemaining()) {
                raws.putIfAbsent(
                    new Place(held.getTopic(), held.getPartition(), held.getOffset()), raw(held));
              }
            } catch (UndecodableRecordException e) {
              // What cannot be read was not trained.
            }
          });
    }
  }

  private static RawRecord raw(QuarantinedRecord held) {
    byte[] value = new byte[held.getValue().remaining()];
    ByteBuffer bytes = held.getValue().duplicate();
    bytes.get(value);
    return new RawRecord(
        held.getTopic(),
        held.getPartition(),
        held.getOffset(),
        held.getTimestamp(),
        NONE,
        value,
        NONE);
  }

  private TokenizedExample tokenized(RawRecord raw, String adapterId) {
    try {
      TrainingExample example = decoder.decode(raw);
      if (!example.getAdapterId().equals(adapterId)) {
        return null; // Another adapter's record between two of this one's.
      }
      EncodedChat chat = encoder.encode(Chats.of(example), raw.timestamp());
      return new TokenizedExample(
          adapterId,
          example.getId(),
          // What was trained was proven: on a topic that is bound there is one source.
          sources.topics().getOrDefault(raw.topic(), example.getSource()),
          false,
          raw.topic(),
          raw.partition(),
          raw.offset(),
          raw.timestamp(),
          chat.tokens(),
          chat.targets(),
          chat.truncatedTokens(),
          NONE,
          NONE,
          NONE);
    } catch (RejectedRecordException | ChatException e) {
      return null; // It was not trained.
    }
  }

  private static Double push(TrainingStep step, String source) {
    return step.getPushBySource().stream()
        .filter(each -> each.getSource().equals(source))
        .findFirst()
        .map(SourceEvidence::getMeanPush)
        .orElse(null);
  }
}
