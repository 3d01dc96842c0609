package io.sapflow.ops.topics;

import io.sapflow.ingest.Hmac;
import io.sapflow.ingest.RejectedRecordException;
import io.sapflow.job.JobSettings;
import io.sapflow.local.files.ExampleFile;
import io.sapflow.local.files.FileEntry;
import io.sapflow.local.files.FileExample;
import io.sapflow.local.files.Reading;
import io.sapflow.local.files.RecordFile;
import io.sapflow.schema.Digests;
import io.sapflow.schema.Message;
import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.TrainingExample;
import io.sapflow.tokens.ChatException;
import io.sapflow.tokens.EncodedChat;
import io.sapflow.tokens.MaskedText;
import io.sapflow.tokens.ModelEncoder;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Looks through a file of examples as the job would, and sends nothing: what is good, what would be
 * set aside and why, what stands there twice, how long it is.
 */
public final class DryRun {

  /** So many rows are told for each reason; a file may hold nothing else. */
  private static final int TOLD = 3;

  /** Is shown the first good examples. */
  public interface Showing {

    /** As the model sees one. */
    void masked(long number, String id, MaskedText text);

    /** By its turns, where there is no model. */
    void turns(long number, String id, List<Message> turns);
  }

  /**
   * What is to be looked through.
   *
   * @param file examples, or {@link Reading#STANDARD_INPUT}
   * @param reading how it is read
   * @param as what its examples would become
   * @param claimed whether somebody has named their source; no binding is asked otherwise
   * @param topic where they would go
   * @param key that their source signs with; null for none
   * @param show how many examples are shown
   */
  public record Order(
      Path file,
      Reading reading,
      Sending.As as,
      boolean claimed,
      String topic,
      Hmac key,
      int show) {}

  private final JobSettings settings;
  private final ModelView model;
  private final Showing showing;
  private final Consumer<String> faults;
  private final SendProgress progress;

  private final RecordCodec<TrainingExample> codec = RecordCodec.of(TrainingExample.class);
  private final MessageDigest sha256 = Digests.sha256();
  private final DigestSet seen = new DigestSet();
  private final LengthCounts lengths = new LengthCounts();
  private final SortedMap<String, Long> bad = new TreeMap<>();
  private long rows;
  private long good;
  private long duplicates;
  private long truncated;

  /**
   * A dry run of one file.
   *
   * @param settings the job's, for the limits of what it takes
   * @param model whose template and tokenizer are asked, its caller's; null for none
   * @param time what a template that asks for the time is told, epoch milliseconds
   * @param faults is told what is wrong with rows, the first of each reason
   */
  public DryRun(
      JobSettings settings,
      ModelEncoder model,
      long time,
      Showing showing,
      Consumer<String> faults,
      SendProgress progress) {
    this.settings = settings;
    this.model = model == null ? null : new ModelView(model, time);
    this.showing = showing;
    this.faults = faults;
    this.progress = progress;
  }

  /**
   * Looks through the file.
   *
   * @throws IllegalArgumentException for a file of which no row can be read, in one line
   */
  public DryRunReport run(Order order) {
    String source = order.claimed() ? order.as().source() : null;
    JobView job = new JobView(settings, order.topic(), source, order.key());
    try (RecordFile<FileExample> file = ExampleFile.open(order.file(), order.reading())) {
      while (file.hasNext()) {
        progress.at(rows, rows - good, file.share());
        FileEntry<FileExample> entry = file.next();
        rows++;
        if (entry instanceof FileEntry.BadLine<FileExample> unreadable) {
          bad(job.reason(unreadable.bytes()), unreadable.message());
        } else {
          look(job, order, file.name(), (FileEntry.Parsed<FileExample>) entry);
        }
      }
      progress.clear();
      return new DryRunReport(
          rows,
          good,
          bad,
          duplicates,
          file.unknown().counts(),
          lengths,
          model == null ? null : truncated,
          notes(file, order));
    } finally {
      progress.clear();
    }
  }

  private List<String> notes(RecordFile<FileExample> file, Order order) {
    List<String> notes = new ArrayList<>(file.notes());
    if (!order.claimed() && settings.sources().binds()) {
      notes.add(
          "--source: found none: what sapflow.sources.topics and sapflow.sources.keys bind was not"
              + " asked, expected the source's name for that");
    }
    return notes;
  }

  private void look(JobView job, Order order, String file, FileEntry.Parsed<FileExample> entry) {
    TrainingExample example = Sending.example(entry.value(), order.as());
    try {
      job.check(example);
      int length = length(example);
      if (good < order.show()) {
        progress.clear();
        show(entry.number(), example);
      }
      good++;
      lengths.add(length);
      duplicates += seen.add(digest(example)) ? 0 : 1;
    } catch (RejectedRecordException e) {
      bad(e.code(), file + ":" + entry.number() + ": " + e.getMessage());
    } catch (ChatException e) {
      bad(e.code(), file + ":" + entry.number() + ": " + e.getMessage());
    }
  }

  /** In tokens, whole, or in characters where there is no model. */
  private int length(TrainingExample example) throws ChatException {
    if (model == null) {
      return example.getMessages().stream().mapToInt(turn -> turn.getContent().length()).sum();
    }
    EncodedChat chat = model.encode(example);
    truncated += chat.truncatedTokens() > 0 ? 1 : 0;
    return chat.tokens().length + chat.truncatedTokens();
  }

  private void show(long number, TrainingExample example) throws ChatException {
    if (model == null) {
      showing.turns(number, example.getId(), example.getMessages());
    } else {
      showing.masked(number, example.getId(), model.mask(example));
    }
  }

  /** Of what is learnt: its id and attributes have no part in it. */
  private byte[] digest(TrainingExample example) {
    return sha256.digest(
        codec.encode(
            TrainingExample.newBuilder(example).setId("").setAttributes(Map.of()).build()));
  }

  private void bad(QuarantineReason reason, String message) {
    long before = bad.getOrDefault(reason.name(), 0L);
    bad.put(reason.name(), before + 1);
    if (before < TOLD) {
      progress.clear();
      faults.accept(reason + " " + PlainText.of(message));
    }
  }
}
