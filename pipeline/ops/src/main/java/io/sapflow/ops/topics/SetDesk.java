package io.sapflow.ops.topics;

import io.sapflow.ingest.BroadcastDecoder;
import io.sapflow.ingest.IngestLimits;
import io.sapflow.ingest.RawRecord;
import io.sapflow.ingest.RejectedRecordException;
import io.sapflow.job.sets.Disjoint;
import io.sapflow.job.sets.SafetySet;
import io.sapflow.job.sets.StandingRecords;
import io.sapflow.local.files.FileEntry;
import io.sapflow.local.files.RecordFile;
import io.sapflow.local.run.Feed;
import io.sapflow.schema.Digests;
import io.sapflow.schema.RecordCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Loads, lists and retires the records of a set, of which none may be in the other set.
 *
 * @param <T> the set's records
 * @param <O> the other set's
 */
public final class SetDesk<T extends SpecificRecord, O extends SpecificRecord> {

  private static final byte[] NONE = {};

  private final Brokers brokers;
  private final SafetySet<T> set;
  private final String topic;
  private final SafetySet<O> other;
  private final RecordCodec<T> codec;
  private final BroadcastDecoder rules;
  private final Consumer<String> lines;
  private final Consumer<String> faults;

  /**
   * A desk.
   *
   * @param limits what the job takes of a record
   * @param lines is told what is asked for
   * @param faults is told what is wrong, one line each
   */
  public SetDesk(
      Brokers brokers,
      IngestLimits limits,
      SafetySet<T> set,
      SafetySet<O> other,
      Consumer<String> lines,
      Consumer<String> faults) {
    this.brokers = brokers;
    this.rules = new BroadcastDecoder(limits);
    this.set = set;
    this.topic = brokers.topics().of(set.topic());
    this.other = other;
    this.codec = RecordCodec.of(set.type());
    this.lines = lines;
    this.faults = faults;
  }

  /**
   * Sends the entries of a file: all of them, or none where one is not right.
   *
   * @param idPrefix stands before the entries' ids; may be empty
   * @return whether they were sent
   */
  public boolean load(RecordFile<T> file, String idPrefix) {
    Map<String, T> records = new LinkedHashMap<>();
    int wrong = read(file, idPrefix, records);
    file.notes().forEach(note -> faults.accept(PlainText.of(note)));
    List<String> common =
        Disjoint.faults(
            set, records.values(), other, brokers.topics().of(other.topic()), standing(other));
    common.forEach(fault -> faults.accept(PlainText.of(file.name() + ": " + fault)));
    wrong += common.size();
    if (wrong > 0) {
      lines.accept("nothing is loaded: " + wrong + " entries are not right");
      return false;
    }
    send(records.values());
    lines.accept(records.size() + " " + set.noun() + "s loaded");
    return true;
  }

  private int read(RecordFile<T> file, String idPrefix, Map<String, T> into) {
    int wrong = 0;
    try (file) {
      while (file.hasNext()) {
        FileEntry<T> entry = file.next();
        String fault;
        if (entry instanceof FileEntry.BadLine<T> bad) {
          fault = bad.message();
        } else {
          T read = ((FileEntry.Parsed<T>) entry).value();
          T record = set.renamed().apply(read, idPrefix + set.id().apply(read));
          fault = fault(record, into);
          fault = fault == null ? null : file.name() + ":" + entry.number() + ": " + fault;
        }
        if (fault != null) {
          wrong++;
          faults.accept(PlainText.of(fault));
        }
      }
    }
    return wrong;
  }

  private String fault(T record, Map<String, T> into) {
    byte[] bytes = codec.encode(record);
    try {
      set.rules().read(rules, new RawRecord(topic, 0, 0, 0, NONE, bytes, NONE));
    } catch (RejectedRecordException e) {
      return e.getMessage();
    }
    String id = set.id().apply(record);
    T before = into.putIfAbsent(id, record);
    return before == null || before.equals(record)
        ? RecordSize.fault(bytes.length)
        : "id: found " + id + " for the second time, expected an id for each entry";
  }

  /** Tells every record, by digest and without its texts. */
  public void list() {
    int active = 0;
    Collection<T> records = standing(set);
    for (T record : records) {
      active += set.active().test(record) ? 1 : 0;
      lines.accept(line(set, record));
    }
    lines.accept(records.size() + " " + set.noun() + "s, " + active + " of them active");
  }

  /** One record in a line. */
  static <T extends SpecificRecord> String line(SafetySet<T> set, T record) {
    boolean active = set.active().test(record);
    return PlainText.of(
        String.format(
            "%-44s %-24s %-64s %s",
            set.id().apply(record),
            set.label().apply(record),
            active ? Digests.conversation(set.prompt().apply(record)) : "-",
            active ? "active" : "retired"));
  }

  /** Takes records out of use; false if one of them is not in use. */
  public boolean retire(List<String> ids) {
    Map<String, T> active = new LinkedHashMap<>();
    for (T record : standing(set)) {
      if (set.active().test(record)) {
        active.put(set.id().apply(record), record);
      }
    }
    List<T> retired = new ArrayList<>();
    boolean all = true;
    for (String id : ids) {
      if (active.containsKey(id)) {
        retired.add(set.retired().apply(active.get(id)));
      } else {
        all = false;
        faults.accept(
            set.noun() + " " + id + ": found none in use on " + topic + ", expected its id");
      }
    }
    send(retired);
    lines.accept(retired.size() + " " + set.noun() + "s retired");
    return all;
  }

  private void send(Collection<T> records) {
    try (Feed feed = brokers.feed()) {
      for (T record : records) {
        byte[] key = set.id().apply(record).getBytes(StandardCharsets.UTF_8);
        feed.send(new ProducerRecord<>(topic, key, codec.encode(record)));
      }
      feed.flush();
    }
  }

  private <R extends SpecificRecord> Collection<R> standing(SafetySet<R> of) {
    return StandingRecords.of(brokers.client(), of, brokers.topics().of(of.topic()), faults);
  }
}
