package io.sapflow.lab.drill;

import io.sapflow.adapter.LocalVersionFiles;
import io.sapflow.job.kafka.StackException;
import io.sapflow.job.options.AdapterOptions;
import io.sapflow.local.run.LocalRun;
import io.sapflow.local.run.Session;
import io.sapflow.publish.PromotedPointer;
import io.sapflow.schema.AlertStatus;
import io.sapflow.schema.TrainingStep;
import io.sapflow.toy.ToyWorld;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.configuration.Configuration;

/** Plays one script into a job of its own, no faster than the loop can follow. */
final class IncidentPlayer {

  private static final Duration LOOK = Duration.ofMillis(200);

  /** Only what is stuck takes as long, on a busy machine too. */
  private static final Duration LIMIT = Duration.ofMinutes(10);

  /** The most examples that are sent before the job has been seen to take them. */
  private static final int MOST_AHEAD = 100;

  /** The most versions that wait for their verdict while more is sent. */
  private static final int MOST_UNJUDGED = 1;

  /** Fewer examples than this stay in an unfinished window. */
  private static final int WINDOW = 10;

  private final LocalRun run;
  private final Configuration configuration;
  private final ToyModerationServer judge;
  private final List<TrainingStep> steps = new ArrayList<>();
  private final Set<String> poisoned = new HashSet<>();
  private Session session;
  private Forger forger;
  private String marked;

  /**
   * A player.
   *
   * @param run whose topics are empty
   * @param judge null where the job asks none
   */
  IncidentPlayer(LocalRun run, Configuration configuration, ToyModerationServer judge) {
    this.run = run;
    this.configuration = configuration;
    this.judge = judge;
  }

  /** Plays the acts, and lets the job end with everything judged. */
  Played play(long seed, List<Act> acts) {
    long started = System.nanoTime();
    ToyWorld world = new ToyWorld(seed);
    try (Session opened = new Session(run, configuration, this::heard);
        Forger forging = new Forger(run.bootstrapServers())) {
      session = opened;
      forger = forging;
      session.start(Scene.pairs(world), Scene.prompts(world));
      acts.forEach(this::perform);
      session.finish(Scene.ADAPTER);
      return new Played(
          session.tally(),
          steps,
          session.sent(),
          poisoned,
          forger.versions(),
          served(),
          (System.nanoTime() - started) / 1e9);
    }
  }

  /** What the pointer names; null before the first promotion. */
  private String served() {
    Path store = Path.of(URI.create(run.complete(configuration).get(AdapterOptions.STORE)));
    try {
      return new PromotedPointer(new LocalVersionFiles(store)).promoted(Scene.ADAPTER);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void perform(Act act) {
    if (act instanceof Act.Sends sends) {
      send(sends);
    } else if (act instanceof Act.Floods floods) {
      floods.examples().forEach(session::send);
    } else if (act instanceof Act.JudgeTurns turns) {
      judge.turn(turns.mode());
    } else if (act instanceof Act.Commands commands) {
      session.commands(commands.commands());
    } else if (act instanceof Act.Prompts written) {
      session.prompts(written.prompts());
    } else if (act instanceof Act.Pairs written) {
      session.pairs(written.pairs());
    } else if (act instanceof Act.Marks) {
      marked = served();
    } else if (act instanceof Act.GoesBack) {
      session.commands(List.of(Scene.rollback(marked)));
    } else if (act instanceof Act.Forges) {
      forger.promote(session.tally().versions());
    } else if (act instanceof Act.Settles) {
      session.flush();
      until(() -> waiting() < WINDOW, "all examples to be trained or set aside");
      session.settle();
    } else if (act instanceof Act.AwaitsAlert awaits) {
      session.flush();
      until(() -> fires(awaits.rule()), "the alert " + awaits.rule() + " to fire");
    }
  }

  private void send(Act.Sends sends) {
    until(
        () -> waiting() <= MOST_AHEAD && session.tally().unjudged() <= MOST_UNJUDGED,
        "the loop to keep up");
    session.send(sends.example());
    if (sends.poisoned()) {
      poisoned.add(sends.example().getId());
    }
  }

  private int waiting() {
    return session.sent() - session.tally().handled();
  }

  /** Whether the last word of a rule is that it fires. */
  private boolean fires(String rule) {
    return session.tally().alerts().stream()
        .filter(alert -> alert.getRule().equals(rule))
        .reduce((first, second) -> second)
        .filter(alert -> alert.getStatus() == AlertStatus.FIRING)
        .isPresent();
  }

  private void until(BooleanSupplier reached, String what) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!reached.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new StackException("waited " + LIMIT.toSeconds() + " s for " + what);
      }
      run.check();
      session.follow(LOOK);
    }
  }

  private void heard(SpecificRecord record) {

    if (record instanceof TrainingStep step) {
      steps.add(step);
    }
  }
}
