package io.sapflow.lab.drill;

import static io.sapflow.lab.drill.ToyModerationServer.Mode.CACHING;
import static io.sapflow.lab.drill.ToyModerationServer.Mode.DOWN;
import static io.sapflow.lab.drill.ToyModerationServer.Mode.FIRST_ONLY;
import static io.sapflow.lab.drill.ToyModerationServer.Mode.FLIPPED;
import static io.sapflow.lab.drill.ToyModerationServer.Mode.REMEMBERING;
import static io.sapflow.lab.drill.ToyModerationServer.Mode.SLOW;
import static io.sapflow.lab.drill.ToyModerationServer.Mode.SOUND;

import io.sapflow.job.options.AdapterOptions;
import io.sapflow.job.options.SafetyOptions;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.CommandOutcome;
import io.sapflow.schema.ControlCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Every incident of the drill. */
final class Incidents {

  private static final String HARMFUL_SCORE = "harmful-score";
  private static final String SOURCE_SUSPICIOUS = "source-suspicious";

  /** Also a sign that what the examples teach has changed. */
  private static final String DRIFT = "drift";

  private static final String OVER_REFUSAL = "over-refusal";
  private static final String PROBE_OVERDUE = "probe-overdue";
  private static final String JUDGE_DOWN = "judge-down";
  private static final String JUDGE_UNSOUND = "judge-unsound";
  private static final String SAFETY_MARGIN = "safety-margin";
  private static final String SAFETY_SET_CHANGED = "safety-set-changed";

  /** What poison may raise beside what its incident is about. */
  private static final String[] SIGNS_OF_POISON = {
    HARMFUL_SCORE, "regression", SAFETY_MARGIN, DRIFT, SOURCE_SUSPICIOUS
  };

  /** HARMFUL prompts that are left when somebody has put them out of use. */
  private static final int FEW_PROMPTS = 4;

  /** The demo's: between two versions there is room for much poison to do harm. */
  private static final Map<String, String> LONG_VERSIONS =
      Map.of(AdapterOptions.VERSION_UPDATES.key(), "20", SafetyOptions.PROBE_REFRESH.key(), "4");

  /** A little poison does no harm while safe answers are replayed, but it is seen. */
  private static final Map<String, String> SUSPECTS_SET_ASIDE =
      Map.of("sapflow.alert.source-suspicious.action", "quarantine_source");

  private static final List<String> GOOD = List.of("helpdesk", "handbook");
  private static final List<String> GOOD_AND_BAD =
      List.of("helpdesk", Scene.SCRAPER, "handbook", Scene.SCRAPER);

  private static final int ANY_GENERATION = -1;
  private static final int LATER_GENERATION = 7;

  /** A version that was never made. */
  private static final Map<String, String> NOWHERE = Map.of("version", "7-0123456789ab");

  /** All of them, in the order in which they are played. */
  static final List<Incident> ALL =
      List.of(
          benign(),
          suddenPoison(),
          slowPoison(),
          oneAmongNine(),
          judgeDown(),
          judgeFlips(),
          lyingJudge(),
          emptiedPrompts(),
          swappedPairs(),
          forgedPromotion(),
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
        Map.of(AdapterOptions.VERSION_UPDATES.key(), "20"),
        Expectation.QUIET);
  }

  private static Incident suddenPoison() {
    return new Incident(
        "sudden-poison",
        "a third source joins with nothing but poison",
        (seed, size) ->
            new Scene(seed)
                .teach(size.of(500, 1000), GOOD)
                .settle()
                .poison(size.of(400, 2000), GOOD_AND_BAD, Scene.SCRAPER, over -> 0.5)
                .settle()
                .teach(300, GOOD)
                .acts(),
        false,
        LONG_VERSIONS,
        poisoned(HARMFUL_SCORE));
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
                    size.of(600, 4000),
                    GOOD_AND_BAD,
                    Scene.SCRAPER,
                    over -> 0.01 + 0.09 * Math.min(1, 2 * over))
                .settle()
                .teach(200, GOOD)
                .acts(),
        false,
        SUSPECTS_SET_ASIDE,
        poisoned(SOURCE_SUSPICIOUS));
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
                .poison(size.of(500, 4000), sources, Scene.SCRAPER, over -> 0.1)
                .settle()
                .teach(200, GOOD)
                .acts(),
        false,
        SUSPECTS_SET_ASIDE,
        poisoned(SOURCE_SUSPICIOUS));
  }

  private static Expectation poisoned(String alert) {
    return Expectation.passing(alert).allowing(SIGNS_OF_POISON).blaming(Scene.SCRAPER);
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

  private static Incident lyingJudge() {
    return new Incident(
        "lying-judge",
        "the outside judge remembers, answers from a cache, or is right at first only",
        (seed, size) -> {
          Scene scene = new Scene(seed).teach(200, GOOD).settle();
          for (ToyModerationServer.Mode mode : List.of(REMEMBERING, CACHING, FIRST_ONLY)) {
            scene
                .judge(mode)
                .teach(size.of(300, 600), GOOD)
                .await(JUDGE_UNSOUND)
                .judge(SOUND)
                .teach(size.of(200, 500), GOOD)
                .settle();
          }
          return scene.acts();
        },
        true,
        Map.of(),
        Expectation.passing(JUDGE_UNSOUND));
  }

  private static Incident emptiedPrompts() {
    return new Incident(
        "emptied-prompts",
        "somebody puts the prompts out of use, and poison follows",
        (seed, size) ->
            new Scene(seed)
                .teach(200, GOOD)
                .settle()
                .emptyPrompts(FEW_PROMPTS)
                .poison(size.of(300, 1000), GOOD_AND_BAD, Scene.SCRAPER, over -> 0.5)
                .settle()
                .refillPrompts()
                .teach(size.of(400, 1000), GOOD)
                .acts(),
        false,
        SUSPECTS_SET_ASIDE,
        Expectation.passing(SAFETY_SET_CHANGED).allowing(SIGNS_OF_POISON));
  }

  private static Incident swappedPairs() {
    return new Incident(
        "swapped-pairs",
        "somebody swaps the safe and the harmful answers of the safety pairs",
        (seed, size) ->
            new Scene(seed)
                .teach(200, GOOD)
                .settle()
                .mark()
                .swapPairs()
                .teach(size.of(300, 1000), GOOD)
                .settle()
                .mendPairs()
                .goBack()
                .teach(size.of(300, 1000), GOOD)
                .acts(),
        false,
        Map.of(),
        Expectation.passing(SAFETY_SET_CHANGED)
            .allowing(SIGNS_OF_POISON)
            .answering(Map.of("go-back", CommandOutcome.APPLIED)));
  }

  private static Incident forgedPromotion() {
    return new Incident(
        "forged-promotion",
        "poison follows, and a stranger calls promoted what the gate has rejected",
        (seed, size) ->
            new Scene(seed)
                .teach(500, GOOD)
                .settle()
                .poison(size.of(400, 2000), GOOD_AND_BAD, Scene.SCRAPER, over -> 0.5)
                .settle()
                .forgePromotions()
                .settle()
                .teach(300, GOOD)
                .acts(),
        false,
        LONG_VERSIONS,
        Expectation.passing(HARMFUL_SCORE).allowing(SIGNS_OF_POISON));
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
                .settle()
                .judge(mode)
                .teach(size.of(100, 300), GOOD)
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
            new Scene(seed).teach(200, GOOD).settle().refuse(size.of(300, 2000), GOOD).acts(),
        false,
        Map.of(),
        Expectation.passing(OVER_REFUSAL).allowing(DRIFT).lasting("over-refusal"));
  }

  private static Incident contradictoryCommands() {
    return new Incident(
        "contradictory-commands",
        "people pause twice, resume twice, and ask for what cannot be",
        (seed, size) ->
            new Scene(seed)
                .teach(200, GOOD)
                .settle()
                .commands(
                    command("resume-before", CommandKind.RESUME),
                    command("pause", CommandKind.PAUSE),
                    command("pause-again", CommandKind.PAUSE),
                    command("roll-back-nowhere", CommandKind.ROLLBACK, NOWHERE),
                    Scene.command("out-of-date", CommandKind.PROBE_NOW, LATER_GENERATION, Map.of()),
                    command("no-source", CommandKind.QUARANTINE_SOURCE),
                    command("promote", CommandKind.PROMOTED, NOWHERE))
                .teach(20, GOOD)
                .commands(
                    command("resume", CommandKind.RESUME),
                    command("resume-again", CommandKind.RESUME))
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

  private static ControlCommand command(String id, CommandKind kind) {
    return command(id, kind, Map.of());
  }

  private static ControlCommand command(
      String id, CommandKind kind, Map<String, String> arguments) {
    return Scene.command(id, kind, ANY_GENERATION, arguments);
  }
}
