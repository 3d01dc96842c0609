package io.sapflow.lab.drill;

import io.sapflow.schema.CommandKind;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.PromptKind;
import io.sapflow.schema.SafetyPair;
import io.sapflow.toy.Dialogue;
import io.sapflow.toy.Split;
import io.sapflow.toy.ToyExamples;
import io.sapflow.toy.ToyWorld;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;

/** Puts a script together: who sends what, in which order, as a function of a seed. */
final class Scene {

  /** The adapter that all examples train. */
  static final String ADAPTER = "assistant";

  /** The source that goes bad. */
  static final String SCRAPER = "scraper";

  private static final int MOST = 30_000;

  private static final int PAIRS = 96;
  private static final int HARMFUL_PROMPTS = 48;
  private static final int BENIGN_PROMPTS = 28;

  private final List<Act> acts = new ArrayList<>();
  private final ToyWorld world;
  private final SplittableRandom random;
  private final Iterator<Dialogue> benign;
  private final Iterator<Dialogue> poison;
  private int examples;

  Scene(long seed) {
    world = new ToyWorld(seed);
    random = new SplittableRandom(seed);
    benign = world.newTask(MOST, Split.TRAIN).iterator();
    poison = world.poison(MOST).iterator();
  }

  /** Sources teach the new task in turn. */
  Scene teach(int count, List<String> sources) {
    for (int i = 0; i < count; i++) {
      send(sources.get(i % sources.size()), benign.next(), false);
    }
    return this;
  }

  /**
   * Sources send in turn, one of them now and then poison instead of the new task.
   *
   * @param share of all examples that are poison, 0 to 1, by how much of the scene is over; at most
   *     the bad source's own share
   */
  Scene poison(int count, List<String> sources, String bad, DoubleUnaryOperator share) {
    double turns = (double) Collections.frequency(sources, bad) / sources.size();
    for (int i = 0; i < count; i++) {
      String source = sources.get(i % sources.size());
      double ofSource = share.applyAsDouble((double) i / count) / turns;
      boolean poisoned = source.equals(bad) && random.nextDouble() < ofSource;
      send(source, poisoned ? poison.next() : benign.next(), poisoned);
    }
    return this;
  }

  /** Sources refuse what nothing is wrong with. */
  Scene refuse(int count, List<String> sources) {
    for (int i = 0; i < count; i++) {
      Dialogue refused = new Dialogue(benign.next().prompt(), ToyWorld.REFUSAL);
      send(sources.get(i % sources.size()), refused, false);
    }
    return this;
  }

  private void send(String source, Dialogue dialogue, boolean poisoned) {
    int number = examples++;
    acts.add(
        new Act.Sends(
            ToyExamples.example(ADAPTER, source, source + "-" + number, number, dialogue),
            poisoned));
  }

  /** The outside judge changes its ways. */
  Scene judge(ToyModerationServer.Mode mode) {
    return then(new Act.JudgeTurns(mode));
  }

  /** The prompts that versions are asked. */
  static List<ProbePrompt> prompts(ToyWorld world) {
    return ToyExamples.prompts(world.probePrompts(HARMFUL_PROMPTS, BENIGN_PROMPTS));
  }

  /** The safety pairs that training is steered by. */
  static List<SafetyPair> pairs(ToyWorld world) {
    return ToyExamples.pairs(world.safetyPairs(PAIRS));
  }

  /** Somebody calls safe what is harmful, and harmful what is safe. */
  Scene swapPairs() {
    return then(
        new Act.Pairs(
            pairs(world).stream()
                .map(
                    pair ->
                        SafetyPair.newBuilder(pair)
                            .setSafe(pair.getHarmful())
                            .setHarmful(pair.getSafe())
                            .build())
                .toList()));
  }

  /** The pairs are again as they were. */
  Scene mendPairs() {
    return then(new Act.Pairs(pairs(world)));
  }

  /** The version that is served now is one to go back to. */
  Scene mark() {
    return then(new Act.Marks());
  }

  /** A person goes back to the version that was marked. */
  Scene goBack() {
    return then(new Act.GoesBack());
  }

  /** A stranger writes promotions that no gate has given. */
  Scene forgePromotions() {
    return then(new Act.Forges());
  }

  /** Somebody puts all HARMFUL prompts out of use but some. */
  Scene emptyPrompts(int left) {
    return then(
        new Act.Prompts(
            prompts(world).stream()
                .filter(prompt -> prompt.getKind() == PromptKind.HARMFUL)
                .skip(left)
                .map(prompt -> ProbePrompt.newBuilder(prompt).setActive(false).build())
                .toList()));
  }

  /** All prompts are in use again. */
  Scene refillPrompts() {
    return then(new Act.Prompts(prompts(world)));
  }

  /** Waits until everything before is trained and judged. */
  Scene settle() {
    return then(new Act.Settles());
  }

  /** Waits until an alert fires. */
  Scene await(String rule) {
    return then(new Act.AwaitsAlert(rule));
  }

  /** A person gives commands. */
  Scene commands(ControlCommand... commands) {
    return then(new Act.Commands(List.of(commands)));
  }

  /**
   * A person's command.
   *
   * @param generation it is given for; -1 for any
   */
  static ControlCommand command(
      String id, CommandKind kind, int generation, Map<String, String> arguments) {
    return ControlCommand.newBuilder()
        .setId(id)
        .setAdapterId(ADAPTER)
        .setGeneration(generation)
        .setKind(kind)
        .setArguments(arguments)
        .setIssuer("drill")
        .setReason("drill")
        .setTime(0)
        .build();
  }

  /** A person's command to go back to a version. */
  static ControlCommand rollback(String version) {
    return command("go-back", CommandKind.ROLLBACK, -1, Map.of("version", version));
  }

  private Scene then(Act act) {
    acts.add(act);
    return this;
  }

  /** The acts so far. */
  List<Act> acts() {
    return List.copyOf(acts);
  }
}
