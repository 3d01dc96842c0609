package io.sapflow.ops.topics;

import io.sapflow.ingest.FormatSettings;
import io.sapflow.ingest.SourceBindings;
import io.sapflow.job.KafkaLimits;
import io.sapflow.job.kafka.TopicReader;
import io.sapflow.local.run.Feed;
import io.sapflow.schema.Digests;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.Topic;
import io.sapflow.schema.UndecodableRecordException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Sends quarantined examples to the topic again that they came from: with their key and bytes, the
 * proof of their source, and a header that names where they stand in quarantine. Those that were
 * written before the job's format was changed are written anew.
 */
public final class Replay {

  /** Names a record of the quarantine topic: topic, partition and offset. */
  public static final String HEADER = "sapflow.replayed-from";

  /** Clocks of those who write to the topics may differ by this much. */
  private static final Duration CLOCKS = Duration.ofHours(1);

  /** A quarantined record, and where it stands. */
  private record Held(String place, long time, QuarantinedRecord record) {}

  /** An original as it stood on its topic. */
  private record Original(byte[] key, byte[] value, byte[] signature) {

    /** Whether it is the record that was set aside, as far as quarantine can tell. */
    boolean is(QuarantinedRecord held) {
      return held.getSha256() == null || held.getSha256().equals(Digests.sha256(value));
    }
  }

  private final Brokers brokers;
  private final Set<String> examples;
  private final FormatInForce format;
  private final Consumer<String> lines;
  private final RecordCodec<QuarantinedRecord> codec = RecordCodec.of(QuarantinedRecord.class);

  /**
   * Replays on these brokers.
   *
   * @param examples the topics that the job reads them from
   * @param formats what the job reads
   * @param lines is told the counts
   */
  public Replay(
      Brokers brokers, Set<String> examples, FormatSettings formats, Consumer<String> lines) {
    this.brokers = brokers;
    this.examples = examples;
    this.format = new FormatInForce(formats, System.getenv(), lines);
    this.lines = lines;
  }

  /**
   * Sends what the filter admits, in the order of quarantine.
   *
   * @param again whether to send what was replayed before, too
   * @param dryRun whether only to count
   * @return whether there was something to send and all of it could be
   */
  public boolean run(ReplayFilter filter, boolean again, boolean dryRun) {
    List<Held> meant = read(filter);
    count(meant);
    List<Held> toSend = again ? meant : withoutReplayed(meant);
    if (toSend.size() < meant.size()) {
      lines.accept(
          meant.size() - toSend.size() + " of them were replayed before (--again sends them too)");
    }
    int sent = 0;
    int gone = 0;
    int others = 0;
    int signed = 0;
    try (Feed feed = Feed.ofAnySize(brokers.kafka(), brokers.topics());
        TopicReaders readers = new TopicReaders(brokers)) {
      for (Held held : toSend) {
        Original original = original(held.record(), readers);
        if (original == null) {
          gone++;
        } else if (!original.is(held.record())) {
          others++;
        } else if (original.signature() != null && format.differs(original.value())) {
          signed++;
        } else if (dryRun || isSent(feed, held, original)) {
          sent++;
        }
      }
      feed.flush();
    }
    if (gone > 0) {
      lines.accept(
          gone
              + " cannot be replayed: quarantine holds no bytes of them, and their topic has let go"
              + " of their offsets");
    }
    if (others > 0) {
      lines.accept(
          others
              + " cannot be replayed: quarantine holds no bytes of them, and other records stand at"
              + " their offsets, as on a topic that was made anew");
    }
    if (signed > 0) {
      lines.accept(
          signed
              + " cannot be replayed: their sources have signed them in another format than"
              + " sapflow.examples.format, and a signature is of the bytes; their sources can send"
              + " them anew");
    }
    if (format.told() != null) {
      lines.accept(format.told());
    }
    lines.accept(sent + (dryRun ? " would be replayed" : " replayed"));
    return sent > 0 && sent == toSend.size();
  }

  /** Sends an original; one that its topic may be too small for is waited for by itself. */
  private boolean isSent(Feed feed, Held held, Original original) {
    ProducerRecord<byte[], byte[]> record = record(held, original);
    boolean large = isLarge(record);
    if (large) {
      feed.flush();
    }
    feed.send(record);
    if (large) {
      try {
        feed.flush();
      } catch (IllegalStateException e) {
        lines.accept(place(held.record()) + " cannot be replayed: " + e.getMessage());
        return false;
      }
    }
    return true;
  }

  /** Whether its topic may be too small for a record, as it is sent. */
  static boolean isLarge(ProducerRecord<byte[], byte[]> record) {
    int key = record.key() == null ? 0 : record.key().length;
    return record.value().length + key > KafkaLimits.RECORD_BYTES / 2;
  }

  private static String place(QuarantinedRecord record) {
    return record.getTopic() + "-" + record.getPartition() + "@" + record.getOffset();
  }

  private List<Held> read(ReplayFilter filter) {
    List<Held> meant = new ArrayList<>();
    int[] foreign = {0};
    try (TopicReader reader =
        TopicReader.fromBeginning(brokers.client(), brokers.topics().of(Topic.QUARANTINE))) {
      reader.drain(
          record -> {
            QuarantinedRecord held = decode(record);
            if (held == null || !filter.admits(held)) {
              return;
            }
            if (examples.contains(held.getTopic())) {
              meant.add(new Held(place(record), record.timestamp(), held));
            } else {
              foreign[0]++;
            }
          });
    }
    if (foreign[0] > 0) {
      lines.accept(
          foreign[0]
              + " records are left out: they are of topics that the job does not read examples from");
    }
    return meant;
  }

  private QuarantinedRecord decode(ConsumerRecord<byte[], byte[]> record) {
    try {
      return codec.decode(record.value() == null ? new byte[0] : record.value());
    } catch (UndecodableRecordException e) {
      lines.accept(place(record) + " holds what is no record: " + e.reason());
      return null;
    }
  }

  private void count(List<Held> meant) {
    TreeMap<String, Integer> counts = new TreeMap<>();
    for (Held held : meant) {
      String source = held.record().getSource();
      counts.merge(
          "  " + held.record().getReason() + ", source " + (source == null ? "-" : source),
          1,
          Integer::sum);
    }
    lines.accept(meant.size() + " quarantined examples are meant");
    counts.forEach((what, count) -> lines.accept(PlainText.of(what + ": " + count)));
  }

  private List<Held> withoutReplayed(List<Held> meant) {
    if (meant.isEmpty()) {
      return meant;
    }
    long first = meant.stream().mapToLong(Held::time).min().orElseThrow() - CLOCKS.toMillis();
    Set<String> replayed = new HashSet<>();
    Set<String> topics = new TreeSet<>();
    meant.forEach(held -> topics.add(held.record().getTopic()));
    for (String topic : topics) {
      try (TopicReader reader = TopicReader.since(brokers.client(), topic, Math.max(0, first))) {
        reader.drain(
            record -> {
              byte[] from = header(record, HEADER);
              if (from != null) {
                replayed.add(new String(from, StandardCharsets.UTF_8));
              }
            });
      }
    }
    return meant.stream().filter(held -> !replayed.contains(held.place())).toList();
  }

  /** The record's own bytes, or those that its offset still leads to; null if neither is there. */
  private static Original original(QuarantinedRecord held, TopicReaders readers) {
    if (held.getValue().hasRemaining()) {
      return new Original(bytes(held.getKey()), bytes(held.getValue()), bytes(held.getSignature()));
    }
    Original[] found = {null};
    readers
        .of(held.getTopic())
        .range(
            held.getPartition(),
            held.getOffset(),
            held.getOffset(),
            record ->
                found[0] =
                    new Original(
                        record.key(),
                        record.value() == null ? new byte[0] : record.value(),
                        header(record, SourceBindings.HEADER)));
    return found[0];
  }

  private ProducerRecord<byte[], byte[]> record(Held held, Original original) {
    String topic = held.record().getTopic();
    byte[] value =
        format.differs(original.value()) ? format.of(topic, original.value()) : original.value();
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, original.key(), value);
    if (original.signature() != null) {
      record.headers().add(SourceBindings.HEADER, original.signature());
    }
    record.headers().add(HEADER, held.place().getBytes(StandardCharsets.UTF_8));
    return record;
  }

  /** A header's bytes; null where there is none. */
  private static byte[] header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? null : header.value();
  }

  private static String place(ConsumerRecord<byte[], byte[]> record) {
    return record.topic() + "-" + record.partition() + "@" + record.offset();
  }

  private static byte[] bytes(ByteBuffer buffer) {
    if (buffer == null) {
      return null;
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
