package io.sapflow.pipeline.run;

import io.sapflow.adapter.AdapterVersions;
import io.sapflow.pipeline.files.ExampleFile;
import io.sapflow.pipeline.files.FileEntry;
import io.sapflow.pipeline.files.FileExample;
import io.sapflow.pipeline.files.RecordFile;
import io.sapflow.pipeline.job.FlinkVersionFiles;
import io.sapflow.pipeline.job.JobSettings;
import io.sapflow.pipeline.job.SapflowOptions;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.Message;
import io.sapflow.schema.SafetyPair;
import io.sapflow.schema.Topics;
import io.sapflow.schema.TrainingExample;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.flink.configuration.Configuration;

/** The whole job on one file: started, fed, drained, stopped. */
public final class Tuning {

  private static final Duration POLL = Duration.ofMillis(200);
  private static final long SECONDS_BETWEEN_LINES = 5;
  private static final String FLUSH = "flush-at-end-of-file";

  /**
   * What to tune on.
   *
   * @param file examples
   * @param adapter the adapter's id
   * @param source what the examples' source is called
   * @param pairs safety pairs; may be empty for plain fine-tuning
   */
  public record Input(Path file, String adapter, String source, List<SafetyPair> pairs) {}

  private final LocalRun run;
  private final JobSettings settings;
  private final Consumer<String> lines;
  private final Tally tally = new Tally();
  private int sent;
  private long lastLine;

  /**
   * A run.
   *
   * @param configuration completed by {@link LocalRun#complete}
   * @param lines is told how it goes
   */
  public Tuning(LocalRun run, Configuration configuration, Consumer<String> lines) {
    this.run = run;
    this.settings = new JobSettings(configuration);
    this.lines = lines;
  }

  /** Sends the file and trains it to its end. */
  public void run(Input input) {
    try (Feed feed = new Feed(run.bootstrapServers());
        Watcher watcher = new Watcher(run.bootstrapServers());
        Progress progress =
            new Progress(run.bootstrapServers(), settings.get(SapflowOptions.JOB_NAME))) {
      input.pairs().forEach(feed::pair);
      feed.flush();
      run.submit(settings.configuration());
      send(feed, input);
      while (!progress.atEnd(Topics.EXAMPLES)) {
        follow(watcher);
      }
      feed.command(flush(input.adapter()));
      while (!tally.answered(FLUSH)) {
        follow(watcher);
      }
      run.drain();
      watcher.drain(tally::accept);
    }
  }

  private void send(Feed feed, Input input) {
    try (RecordFile<FileExample> file = ExampleFile.open(input.file())) {
      while (file.hasNext()) {
        FileEntry<FileExample> entry = file.next();
        if (entry instanceof FileEntry.Parsed<FileExample> parsed) {
          feed.example(example(input, parsed.value()));
        } else if (entry instanceof FileEntry.BadLine<FileExample> bad) {
          lines.accept(bad.message());
          feed.unreadable(input.adapter(), bad.bytes());
        }
        sent++;
      }
    }
    feed.flush();
    lines.accept(sent + " examples sent");
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

  private static ControlCommand flush(String adapter) {
    return ControlCommand.newBuilder()
        .setId(FLUSH)
        .setAdapterId(adapter)
        .setKind(CommandKind.FLUSH)
        .setIssuer("tune")
        .setReason("end of file")
        .setTime(0)
        .build();
  }

  private void follow(Watcher watcher) {
    watcher.poll(POLL, tally::accept);
    long now = System.nanoTime() / 1_000_000_000;
    if (now - lastLine >= SECONDS_BETWEEN_LINES) {
      lastLine = now;
      run.check();
      String loss =
          tally.lastStep() == null
              ? ""
              : String.format(", task loss %.3f", tally.lastStep().getTaskLoss());
      lines.accept(
          String.format(
              "%d steps%s, %d of %d examples trained, %d set aside",
              tally.steps(), loss, tally.trained(), sent, tally.quarantinedTotal()));
    }
  }

  /** Examples sent. */
  public int sent() {
    return sent;
  }

  /** What the job wrote. */
  public Tally tally() {
    return tally;
  }

  /** The last version, the one with everything in it; null if nothing was trained. */
  public AdapterVersion lastVersion() {
    List<AdapterVersion> versions = tally.versions();
    return versions.isEmpty() ? null : versions.get(versions.size() - 1);
  }

  /** Copies a version's files into a directory. */
  public void export(AdapterVersion version, Path directory) {
    try {
      new AdapterVersions(new FlinkVersionFiles(settings.get(SapflowOptions.STORE)))
          .fetch(version.getAdapterId(), version.getVersion(), directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first conversations of a file, at most as many as said. */
  public static List<List<Message>> conversations(Path path, int most) {
    List<List<Message>> conversations = new ArrayList<>();
    try (RecordFile<FileExample> file = ExampleFile.open(path)) {
      while (file.hasNext() && conversations.size() < most) {
        if (file.next() instanceof FileEntry.Parsed<FileExample> parsed) {
          conversations.add(parsed.value().messages());
        }
      }
    }
    return conversations;
  }
}
