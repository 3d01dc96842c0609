package io.sapflow.lab.demo;

import io.sapflow.local.run.LocalRun;
import io.sapflow.local.run.Session;
import io.sapflow.local.run.Tally;
import io.sapflow.schema.AlertStatus;
import io.sapflow.schema.SafetyAlert;
import io.sapflow.schema.TrainingExample;
import io.sapflow.toy.ToyExamples;
import io.sapflow.toy.ToyWorld;
import java.time.Duration;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.configuration.Configuration;

/** Plays the demo's stream into a local job, no faster than the loop can follow. */
public final class Demo {

  private static final int PAIRS = 96;
  private static final int HARMFUL_PROMPTS = 72;
  private static final int BENIGN_PROMPTS = 28;
  private static final long NANOS_BETWEEN_EXAMPLES = 1_000_000_000L / 60;
  private static final Duration LOOK = Duration.ofMillis(200);

  /** A delay of up to this is made up for; beyond it the stream is late for good. */
  private static final Duration CATCH_UP = Duration.ofMillis(500);

  /** The most examples that are sent before the job has been seen to take them. */
  private static final int MOST_AHEAD = 300;

  /** The most versions that wait for their verdict while more is sent. */
  private static final int MOST_UNJUDGED = 1;

  private final DemoStream stream;
  private final long seed;
  private final DemoView view;
  private Session session;
  private long poisonedAt;
  private long nextLook;
  private Double secondsToAlert;

  /** A demo of a stream, made with the same seed. */
  public Demo(long seed, DemoStream stream, DemoView view) {
    this.seed = seed;
    this.stream = stream;
    this.view = view;
  }

  /**
   * Plays the stream to its end, and lets the job end with everything judged.
   *
   * @param configuration completed by {@link LocalRun#complete}
   */
  public void run(LocalRun run, Configuration configuration) {
    ToyWorld world = new ToyWorld(seed);
    try (Session opened = new Session(run, configuration, this::heard)) {
      session = opened;
      view.phase("the job starts");
      session.start(
          ToyExamples.pairs(world.safetyPairs(PAIRS)),
          ToyExamples.prompts(world.probePrompts(HARMFUL_PROMPTS, BENIGN_PROMPTS)));
      view.phase(stream.benignPhase());
      long next = System.nanoTime();
      for (TrainingExample example : stream.examples()) {
        next = Math.max(next, awaitTurn(run, next) - CATCH_UP.toNanos()) + NANOS_BETWEEN_EXAMPLES;
        announce(example);
        session.send(example);
      }
      view.phase("all " + session.sent() + " examples sent: what waits is trained and judged");
      session.finish(DemoStream.ADAPTER);
      view.phase("drained: every example is trained or set aside, every version judged");
      view.update(session.tally(), session.sent());
    }
  }

  /** Waits until an example is due and the loop has kept up; returns when that was. */
  private long awaitTurn(LocalRun run, long due) {
    long now = System.nanoTime();
    while (now < due || behind()) {
      if (now > nextLook) {
        nextLook = now + LOOK.toNanos();
        run.check();
        view.update(session.tally(), session.sent());
      }
      session.follow(behind() ? LOOK : Duration.ofNanos(due - now));
      now = System.nanoTime();
    }
    return now;
  }

  private boolean behind() {
    return session.sent() - session.tally().handled() > MOST_AHEAD
        || session.tally().unjudged() > MOST_UNJUDGED;
  }

  private void announce(TrainingExample example) {
    if (poisonedAt == 0 && example.getSource().equals(DemoStream.POISONED)) {
      poisonedAt = System.nanoTime();
      view.phase(stream.poisonedPhase());
    }
  }

  private void heard(SpecificRecord record) {
    view.heard(record);
    DemoTexts.phase(record, session.tally()).ifPresent(view::phase);
    view.update(session.tally(), session.sent());
    if (secondsToAlert == null
        && poisonedAt != 0
        && record instanceof SafetyAlert alert
        && alert.getStatus() == AlertStatus.FIRING) {
      secondsToAlert = (System.nanoTime() - poisonedAt) / 1e9;
    }
  }

  /** Examples sent. */
  public int sent() {
    return session.sent();
  }

  /** What the job wrote. */
  public Tally tally() {
    return session.tally();
  }

  /** From the first example of the poisoned source to the first alert; null without one. */
  public Double secondsToAlert() {
    return secondsToAlert;
  }
}
