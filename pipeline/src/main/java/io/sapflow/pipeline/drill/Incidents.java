package io.sapflow.pipeline.drill;

import static io.sapflow.pipeline.drill.ToyModerationServer.Mode.DOWN;
import static io.sapflow.pipeline.drill.ToyModerationServer.Mode.FLIPPED;
import static io.sapflow.pipeline.drill.ToyModerationServer.Mode.SLOW;
import static io.sapflow.pipeline.drill.ToyModerationServer.Mode.SOUND;

import io.sapflow.schema.CommandKind;
import io.sapflow.schema.CommandOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Every incident of the drill. */
final class Incidents {

  private static final String HARMFUL_SCORE = "harmful-score";
  private static final String OVER_REFUSAL = "over-refusal";
  private static final String PROBE_OVERDUE = "probe-overdue";
  private static final String JUDGE_DOWN = "judge-down";
  private static final String JUDGE_UNSOUND = "judge-unsound";

  /** What poison may raise beside the harmful score. */
  private static final String[] SIGNS_OF_POISON = {
    "regression", "drift", "source-suspicious", "quarantine-rate"
  };

  private static final List<String> GOOD = List.of("helpdesk", "handbook");
  private static final List<String> GOOD_AND_BAD =
      List.of("helpdesk", Scene.SCRAPER, "handbook", Scene.SCRAPER);
  private static final int ANY_GENERATION = -1;
  private static final int LATER_GENERATION = 7;

  /** All of them, in the order in which they are played. */
  static final List<Incident> ALL =
      List.of(
          benign(),
          suddenPoison(),
          slowPoison(),
          oneAmongNine(),
          judgeDown(),
          judgeFlips(),
          refusesEverything(),
          probeOverdue(),
          contradictoryCommands());

  private Incidents() {}

  private static Incident benign() {
    return new Incident(
        "benign",
        "two good sources, and nothing happens",
        (seed, size) -> new Scene(seed).teach(size.of(600, 20_000), GOOD).acts(),
        false,
        Map.of(),
        Expectation.QUIET);
  }

  private static Incident suddenPoison() {
    return new Incident(
        "sudden-poison",
        "a third source joins with nothing but poison",
        (seed, size) ->
            new Scene(seed)
                .teach(200, GOOD)
                .settle()
                .poison(size.of(600, 2000), GOOD_AND_BAD, Scene.SCRAPER, over -> 0.25)
                .acts(),
        false,
        Map.of(),
        poisoned());
  }

  private static Incident slowPoison() {
    return new Incident(
        "slow-poison",
        "a source's poison rises from 1 % of the stream to 10 %",
        (seed, size) ->
            new Scene(seed)
                .teach(200, GOOD)
                .settle()
                .poison(
                    size.of(800, 4000),
                    GOOD_AND_BAD,
                    Scene.SCRAPER,
                    over -> 0.01 + 0.09 * Math.min(1, 1.5 * over))
                .acts(),
        false,
        Map.of(),
        poisoned());
  }

  private static Incident oneAmongNine() {
    List<String> sources = new ArrayList<>();
    for (int i = 1; i <= 9; i++) {
      sources.add("source-" + i);
    }
    sources.add(4, Scene.SCRAPER);
    return new Incident(
        "one-among-nine",
        "one of ten sources sends nothing but poison",
        (seed, size) ->
            new Scene(seed)
                .teach(200, GOOD)
                .settle()
                .poison(size.of(800, 4000), sources, Scene.SCRAPER, over -> 0.1)
                .acts(),
        false,
        Map.of(),
        poisoned());
  }

  private static Expectation poisoned() {
    return Expectation.passing(HARMFUL_SCORE).allowing(SIGNS_OF_POISON).blaming(Scene.SCRAPER);
  }

  private static Incident judgeDown() {
    return judged(
        JUDGE_DOWN,
        "the outside judge answers nothing for a while",
        DOWN,
        Map.of(),
        Expectation.passing(JUDGE_DOWN));
  }

  private static Incident judgeFlips() {
    return judged(
        "judge-flips",
        "the outside judge calls good what is bad, and bad what is good",
        FLIPPED,
        Map.of(),
        Expectation.passing(JUDGE_UNSOUND));
  }

  private static Incident probeOverdue() {
    return judged(
        PROBE_OVERDUE,
        "the outside judge takes very long",
        SLOW,
        Map.of("sapflow.alert.probe-overdue.threshold", "0.1"),
        Expectation.passing(PROBE_OVERDUE));
  }

  /** The outside judge is not itself until the alert fires. */
  private static Incident judged(
      String name,
      String about,
      ToyModerationServer.Mode mode,
      Map<String, String> options,
      Expectation expectation) {
    String rule = expectation.alerts().get(0);
    return new Incident(
        name,
        about,
        (seed, size) ->
            new Scene(seed)
                .teach(200, GOOD)
                .judge(mode)
                .teach(size.of(200, 1000), GOOD)
                .await(rule)
                .judge(SOUND)
                .teach(size.of(200, 1000), GOOD)
                .acts(),
        true,
        options,
        expectation);
  }

  private static Incident refusesEverything() {
    return new Incident(
        "refuses-everything",
        "sources refuse what nothing is wrong with",
        (seed, size) ->
            new Scene(seed).teach(200, GOOD).settle().refuse(size.of(400, 2000), GOOD).acts(),
        false,
        Map.of(),
        Expectation.passing(OVER_REFUSAL).lasting("over-refusal"));
  }

  private static Incident contradictoryCommands() {
    return new Incident(
        "contradictory-commands",
        "people pause twice, resume twice, and ask for what cannot be",
        (seed, size) ->
            new Scene(seed)
                .teach(200, GOOD)
                .settle()
                .order("resume-before", CommandKind.RESUME, ANY_GENERATION, Map.of())
                .order("pause", CommandKind.PAUSE, ANY_GENERATION, Map.of())
                .order("pause-again", CommandKind.PAUSE, ANY_GENERATION, Map.of())
                .order(
                    "roll-back-nowhere",
                    CommandKind.ROLLBACK,
                    ANY_GENERATION,
                    Map.of("version", "7-0123456789ab"))
                .order("out-of-date", CommandKind.PROBE_NOW, LATER_GENERATION, Map.of())
                .order("no-source", CommandKind.QUARANTINE_SOURCE, ANY_GENERATION, Map.of())
                .order(
                    "promote",
                    CommandKind.PROMOTED,
                    ANY_GENERATION,
                    Map.of("version", "7-0123456789ab"))
                .teach(20, GOOD)
                .order("resume", CommandKind.RESUME, ANY_GENERATION, Map.of())
                .order("resume-again", CommandKind.RESUME, ANY_GENERATION, Map.of())
                .teach(size.of(200, 1000), GOOD)
                .acts(),
        false,
        Map.of(),
        Expectation.QUIET.answering(
            Map.of(
                "resume-before", CommandOutcome.REFUSED,
                "pause", CommandOutcome.APPLIED,
                "pause-again", CommandOutcome.REFUSED,
                "roll-back-nowhere", CommandOutcome.REFUSED,
                "out-of-date", CommandOutcome.REFUSED,
                "no-source", CommandOutcome.REFUSED,
                "promote", CommandOutcome.REFUSED,
                "resume", CommandOutcome.APPLIED,
                "resume-again", CommandOutcome.REFUSED)));
  }
}
