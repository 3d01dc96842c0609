package io.sapflow.ops.topics;

import io.sapflow.ingest.AdapterPolicy;
import io.sapflow.ingest.ExampleRules;
import io.sapflow.ingest.IngestLimits;
import io.sapflow.ingest.RejectedRecordException;
import io.sapflow.local.files.FileEntry;
import io.sapflow.local.files.FileExample;
import io.sapflow.local.files.RecordFile;
import io.sapflow.schema.TrainingExample;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/** A file of examples on its way to the examples topic. */
public final class Sending {

  /**
   * What the file's examples become.
   *
   * @param adapter id of the adapter that they train
   * @param source who produced them
   * @param idPrefix stands before the ids of the file; may be empty
   */
  public record As(String adapter, String source, String idPrefix) {}

  /** How many rows were sent, and how many could not be. */
  public record Count(long sent, long bad) {

    /** How many rows there were. */
    public long rows() {
      return sent + bad;
    }
  }

  /** Decides before each row whether to go on. */
  @FunctionalInterface
  public interface Course {

    /** Whether the next row is to be sent; may wait, and do what is due. */
    boolean goesOn(Count soFar);
  }

  private final ToIntFunction<TrainingExample> size;
  private final ExampleRules rules;
  private final Consumer<TrainingExample> sink;
  private final Consumer<String> faults;

  /**
   * A way for files.
   *
   * @param limits what the job takes of a record
   * @param adapters which adapters the job trains
   * @param size of an example's value on its topic, in bytes
   * @param sink takes what is good
   * @param faults is told each row that is not, in one line
   */
  public Sending(
      IngestLimits limits,
      AdapterPolicy adapters,
      ToIntFunction<TrainingExample> size,
      Consumer<TrainingExample> sink,
      Consumer<String> faults) {
    this.rules = new ExampleRules(limits, adapters);
    this.size = size;
    this.sink = sink;
    this.faults = faults;
  }

  /** Sends the rows that the job would take of those that are left of a file, in their order. */
  public Count send(RecordFile<FileExample> file, As as, Course course) {
    Count count = new Count(0, 0);
    while (course.goesOn(count) && file.hasNext()) {
      FileEntry<FileExample> entry = file.next();
      String fault = fault(file.name(), entry, as);
      if (fault == null) {
        count = new Count(count.sent() + 1, count.bad());
      } else {
        count = new Count(count.sent(), count.bad() + 1);
        faults.accept(fault);
      }
    }
    return count;
  }

  private String fault(String file, FileEntry<FileExample> entry, As as) {
    if (entry instanceof FileEntry.BadLine<FileExample> bad) {
      return bad.message();
    }
    TrainingExample example = example(((FileEntry.Parsed<FileExample>) entry).value(), as);
    String fault = null;
    try {
      rules.check(example);
      fault = RecordSize.fault(size.applyAsInt(example));
    } catch (RejectedRecordException e) {
      fault = e.getMessage();
    }
    if (fault == null) {
      sink.accept(example);
      return null;
    }
    return file + ":" + entry.number() + ": " + fault;
  }

  /** A row of a file as a record. */
  static TrainingExample example(FileExample example, As as) {
    return TrainingExample.newBuilder()
        .setId(as.idPrefix() + example.id())
        .setAdapterId(as.adapter())
        .setMessages(example.messages())
        .setTools(example.tools())
        .setSource(as.source())
        .setAttributes(example.attributes())
        .build();
  }
}
