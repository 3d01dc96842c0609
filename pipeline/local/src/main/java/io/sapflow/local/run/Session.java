package io.sapflow.local.run;

import io.sapflow.ingest.Hmac;
import io.sapflow.ingest.RecordSignature;
import io.sapflow.job.JobSettings;
import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.job.options.JobOptions;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.SafetyPair;
import io.sapflow.schema.Topic;
import io.sapflow.schema.TopicNames;
import io.sapflow.schema.TrainingExample;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.configuration.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A local job while it is fed: what was sent, what came back, and how it comes to rest. */
public final class Session implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Session.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final String FLUSH = "flush-at-end-of-input";

  /** Checkpoints in a row that bring nothing new: nothing is on its way any more. */
  private static final int QUIET_CHECKPOINTS = 2;

  private final JobRun run;
  private final Configuration configuration;
  private final JobSettings settings;
  private final Consumer<SpecificRecord> listener;
  private final Feed feed;
  private final Watcher watcher;
  private final Progress progress;
  private final TopicNames topics;
  private final Tally tally;
  private int sent;
  private long records;

  /**
   * A session.
   *
   * @param configuration completed for the run
   * @param listener hears every record that the job commits, after it was counted
   */
  public Session(JobRun run, Configuration configuration, Consumer<SpecificRecord> listener) {
    this.run = run;
    this.configuration = configuration;
    this.listener = listener;
    this.settings = new JobSettings(configuration);
    this.topics = settings.topics();
    this.tally = new Tally(topics);
    LocalRun.createTopics(settings);
    this.watcher = new Watcher(run.bootstrapServers(), topics);
    this.feed =
        new Feed(
            KafkaClients.at(run.bootstrapServers()),
            topics,
            RecordSignature.of(System.getenv(), settings.get(JobOptions.NAME)),
            settings.formats().encoder(System.getenv(), LOG::info));
    this.progress = new Progress(run.bootstrapServers(), settings.get(JobOptions.NAME));
  }

  /** Sends pairs and prompts, then starts the job, which reads them before it trains. */
  public void start(List<SafetyPair> pairs, List<ProbePrompt> prompts) {
    pairs.forEach(feed::pair);
    prompts.forEach(feed::prompt);
    feed.flush();
    run.submit(configuration);
  }

  /** Sends an example. */
  public void send(TrainingExample example) {
    feed.example(example);
    sent++;
  }

  /**
   * Sends an example as a source does that proves itself.
   *
   * @param topic of the source's own, or the common one
   * @param key that the source signs with; null for none
   */
  public void send(TrainingExample example, String topic, Hmac key) {
    feed.example(example, topic, key);
    sent++;
  }

  /** Sends bytes that are no example, so that they are set aside like any other record. */
  public void sendUnreadable(String adapterId, byte[] bytes) {
    feed.unreadable(adapterId, bytes);
    sent++;
  }

  /** Gives commands, and waits until the job has heard them. */
  public void commands(List<ControlCommand> commands) {
    commands.forEach(feed::command);
    while (!progress.atEnd(topics.of(Topic.CONTROL))) {
      check();
    }
  }

  /** Writes probe prompts beside those that it was started with, or over them. */
  public void prompts(List<ProbePrompt> prompts) {
    prompts.forEach(feed::prompt);
    feed.flush();
  }

  /** Writes safety pairs beside those that it was started with, or over them. */
  public void pairs(List<SafetyPair> pairs) {
    pairs.forEach(feed::pair);
    feed.flush();
  }

  /** Waits until the broker has everything that was sent. */
  public void flush() {
    feed.flush();
  }

  /** Takes what the job has committed, waiting for the first record at most as long as said. */
  public void follow(Duration wait) {
    watcher.poll(wait, this::take);
  }

  /** Brings the job to rest and ends it: everything read, trained and judged. */
  public void finish(String adapterId) {
    feed.flush();
    for (String topic : settings.sources().exampleTopics()) {
      while (!progress.atEnd(topic)) {
        check();
      }
    }
    feed.command(flushCommand(adapterId));
    // Of all adapters none may exist, where no example was good: then nobody answers.
    while (!tally.answered(FLUSH) && tally.quarantinedTotal() < sent) {
      check();
    }
    settle();
    run.drain();
    watcher.drain(this::take);
  }

  /** Waits until nothing is on its way from trainer to gate and back, or to the pointer. */
  public void settle() {
    int quiet = 0;
    while (quiet < QUIET_CHECKPOINTS) {
      long before = records;
      run.checkpoint();
      watcher.drain(this::take);
      boolean rests =
          records == before
              && tally.unjudged() == 0
              && progress.hasRead(topics.of(Topic.CONTROL), watcher.next(Topic.CONTROL))
              && progress.hasRead(topics.of(Topic.ADAPTERS), watcher.next(Topic.ADAPTERS))
              && progress.hasRead(topics.of(Topic.PROBES), watcher.next(Topic.PROBES));
      quiet = rests ? quiet + 1 : 0;
      if (!rests) {
        follow(POLL);
      }
    }
  }

  private void check() {
    run.check();
    follow(POLL);
  }

  private void take(SpecificRecord record) {
    records++;
    tally.accept(record);
    listener.accept(record);
  }

  private static ControlCommand flushCommand(String adapterId) {
    return ControlCommand.newBuilder()
        .setId(FLUSH)
        .setAdapterId(adapterId)
        .setKind(CommandKind.FLUSH)
        .setIssuer("driver")
        .setReason("end of input")
        .setTime(0)
        .build();
  }

  /** Examples sent. */
  public int sent() {
    return sent;
  }

  /** What the job wrote. */
  public Tally tally() {
    return tally;
  }

  @Override
  public void close() {
    progress.close();
    watcher.close();
    feed.close();
  }
}
