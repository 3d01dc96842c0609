package io.sapflow.local.run;

import io.sapflow.local.files.ExampleFile;
import io.sapflow.local.files.FileEntry;
import io.sapflow.local.files.FileExample;
import io.sapflow.local.files.Reading;
import io.sapflow.local.files.RecordFile;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.Message;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.SafetyPair;
import io.sapflow.schema.TrainingExample;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.configuration.Configuration;

/** The whole job on one file: started, fed, drained, stopped. */
public final class Tuning {

  private static final long SECONDS_BETWEEN_LINES = 5;

  /**
   * What to tune on.
   *
   * @param file examples
   * @param reading how it is read
   * @param adapter the adapter's id
   * @param source what the examples' source is called
   * @param pairs safety pairs; may be empty for plain fine-tuning
   * @param prompts probe prompts; without any no version is judged
   */
  public record Input(
      Path file,
      Reading reading,
      String adapter,
      String source,
      List<SafetyPair> pairs,
      List<ProbePrompt> prompts) {

    /** A file that is read as it is. */
    public Input(
        Path file,
        String adapter,
        String source,
        List<SafetyPair> pairs,
        List<ProbePrompt> prompts) {
      this(file, Reading.PLAIN, adapter, source, pairs, prompts);
    }
  }

  private final LocalRun run;
  private final Configuration configuration;
  private final Consumer<String> lines;
  private Session session;
  private boolean judged;
  private long lastLine;
  private long sentAt;

  /**
   * A run.
   *
   * @param configuration completed by {@link LocalRun#complete}
   * @param lines is told how it goes
   */
  public Tuning(LocalRun run, Configuration configuration, Consumer<String> lines) {
    this.run = run;
    this.configuration = configuration;
    this.lines = lines;
  }

  /** Sends the file and trains it to its end. */
  public void run(Input input) {
    judged = !input.prompts().isEmpty();
    try (Session opened = new Session(run, configuration, this::heard)) {
      session = opened;
      session.start(input.pairs(), input.prompts());
      send(input);
      session.finish(input.adapter());
    }
  }

  private void send(Input input) {
    List<String> notes;
    try (RecordFile<FileExample> file = ExampleFile.open(input.file(), input.reading())) {
      while (file.hasNext()) {
        FileEntry<FileExample> entry = file.next();
        if (entry instanceof FileEntry.Parsed<FileExample> parsed) {
          session.send(example(input, parsed.value()));
        } else if (entry instanceof FileEntry.BadLine<FileExample> bad) {
          lines.accept(bad.message());
          session.sendUnreadable(input.adapter(), bad.bytes());
        }
      }
      notes = file.notes();
    }
    session.flush();
    sentAt = seconds();
    notes.forEach(lines);
    lines.accept(session.sent() + " examples sent");
  }

  private static TrainingExample example(Input input, FileExample example) {
    return TrainingExample.newBuilder()
        .setId(example.id())
        .setAdapterId(input.adapter())
        .setMessages(example.messages())
        .setSource(input.source())
        .setAttributes(example.attributes())
        .build();
  }

  private void heard(SpecificRecord record) {
    Tally tally = session.tally();
    long now = seconds();
    if (now - lastLine >= SECONDS_BETWEEN_LINES) {
      lastLine = now;
      String loss =
          tally.lastStep() == null
              ? ""
              : String.format(", task loss %.3f", tally.lastStep().getTaskLoss());
      lines.accept(
          String.format(
              "%d steps%s, %d of %d examples trained, %d set aside%s",
              tally.steps(),
              loss,
              tally.trained(),
              session.sent(),
              tally.quarantinedTotal(),
              rest(now, tally.trained() + tally.quarantinedTotal())));
    }
  }

  /** How long it may take still, once everything is sent and some of it done. */
  private String rest(long now, long done) {
    if (sentAt == 0 || done == 0 || now == sentAt || done >= session.sent()) {
      return "";
    }
    return ", about " + (now - sentAt) * (session.sent() - done) / done + " s left";
  }

  private static long seconds() {
    return System.nanoTime() / 1_000_000_000;
  }

  /** The job's configuration. */
  public Configuration configuration() {
    return configuration;
  }

  /** Examples sent. */
  public int sent() {
    return session.sent();
  }

  /** What the job wrote. */
  public Tally tally() {
    return session.tally();
  }

  /**
   * The version to serve: the last that was promoted, or where none was judged the last of all;
   * null if there is none.
   */
  public AdapterVersion result() {
    List<AdapterVersion> versions = tally().versions();
    if (judged) {
      return tally().lastPromoted();
    }
    return versions.isEmpty() ? null : versions.get(versions.size() - 1);
  }

  /** The first conversations of a file, at most as many as said. */
  public static List<List<Message>> conversations(Path path, int most) {
    return conversations(path, Reading.PLAIN, most);
  }

  /** The same of a file that is read in some way. */
  public static List<List<Message>> conversations(Path path, Reading reading, int most) {
    List<List<Message>> conversations = new ArrayList<>();
    try (RecordFile<FileExample> file = ExampleFile.open(path, reading)) {
      while (file.hasNext() && conversations.size() < most) {
        if (file.next() instanceof FileEntry.Parsed<FileExample> parsed) {
          conversations.add(parsed.value().messages());
        }
      }
    }
    return conversations;
  }
}
