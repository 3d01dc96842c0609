package io.sapflow.ops.topics;

import io.sapflow.job.kafka.StackException;
import io.sapflow.job.kafka.TopicReader;
import io.sapflow.local.run.Feed;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.AppliedCommand;
import io.sapflow.schema.CommandOutcome;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.Topic;
import io.sapflow.schema.TopicNames;
import io.sapflow.schema.TrainingStep;
import io.sapflow.schema.UndecodableRecordException;
import java.time.Duration;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Gives a command, and waits on the steps topic for what became of it. */
public final class Answers {

  private static final Duration POLL = Duration.ofMillis(200);

  private final Brokers brokers;
  private final Consumer<String> lines;
  private final RecordCodec<TrainingStep> steps = RecordCodec.of(TrainingStep.class);
  private final RecordCodec<AdapterVersion> versions = RecordCodec.of(AdapterVersion.class);
  private final TreeMap<String, AppliedCommand> answers = new TreeMap<>();

  /** Answers of the job on these brokers; {@code lines} is told each. */
  public Answers(Brokers brokers, Consumer<String> lines) {
    this.brokers = brokers;
    this.lines = lines;
  }

  /**
   * Gives a command to one adapter, or to all that have versions.
   *
   * @param wait how long to wait for answers; zero for not at all
   * @return whether every adapter carried it out; where nothing was waited for, true
   */
  public boolean send(ControlCommand command, Duration wait) {
    Set<String> known = adapters();
    boolean all = command.getAdapterId().equals("*");
    Set<String> asked = all ? known : Set.of(command.getAdapterId());
    if (asked.isEmpty()) {
      throw new StackException(
          "--adapter: found *, but no adapter has a version on "
              + brokers.topics().of(Topic.ADAPTERS));
    }
    try (TopicReader reader =
            TopicReader.fromEnd(brokers.client(), brokers.topics().of(Topic.STEPS));
        Feed feed = brokers.feed()) {
      feed.command(command);
      lines.accept(command.getKind() + " sent as " + command.getId());
      if (wait.isZero()) {
        return true;
      }
      long end = System.nanoTime() + wait.toNanos();
      while (!answers.keySet().containsAll(asked) && System.nanoTime() - end < 0) {
        reader.poll(POLL, record -> hear(record, command));
      }
    }
    Set<String> silent = new TreeSet<>(asked);
    silent.removeAll(answers.keySet());
    silent.forEach(adapter -> lines.accept(unanswered(adapter, known, wait)));
    return silent.isEmpty()
        && answers.values().stream()
            .allMatch(answer -> answer.getOutcome() == CommandOutcome.APPLIED);
  }

  private void hear(ConsumerRecord<byte[], byte[]> record, ControlCommand command) {
    TrainingStep step;
    try {
      step = steps.decode(record.value());
    } catch (UndecodableRecordException e) {
      return;
    }
    for (AppliedCommand answer : step.getAppliedCommands()) {
      if (answer.getId().equals(command.getId())) {
        answers.put(step.getAdapterId(), answer);
        lines.accept(line(step, answer));
      }
    }
  }

  /** An adapter's answer in a line. */
  static String line(TrainingStep step, AppliedCommand answer) {
    return PlainText.of(
        answer.getOutcome()
            + " by adapter "
            + step.getAdapterId()
            + (step.getStep() < 0 ? "" : " before step " + step.getStep())
            + (answer.getReason() == null ? "" : ": " + answer.getReason()));
  }

  private String unanswered(String adapter, Set<String> known, Duration wait) {
    return unanswered(brokers.topics(), adapter, known, wait);
  }

  /** What to know of an adapter that does not answer. */
  static String unanswered(TopicNames topics, String adapter, Set<String> known, Duration wait) {
    String hint =
        known.contains(adapter)
            ? "answers come with the checkpoint after the command was heard; it stays on the control"
                + " topic, or is in quarantine if the job demands another signature"
            : "no version of it is on "
                + topics.of(Topic.ADAPTERS)
                + ", expected one of "
                + known
                + "; commands to an adapter that nobody trains are refused";
    return "UNANSWERED by adapter " + adapter + " within " + wait.toSeconds() + " s: " + hint;
  }

  private Set<String> adapters() {
    Set<String> adapters = new TreeSet<>();
    try (TopicReader reader =
        TopicReader.fromBeginning(brokers.client(), brokers.topics().of(Topic.ADAPTERS))) {
      reader.drain(
          record -> {
            try {
              adapters.add(versions.decode(record.value()).getAdapterId());
            } catch (UndecodableRecordException e) {
              // A stranger's record names no adapter.
            }
          });
    }
    return adapters;
  }
}
