package io.sapflow.lab.compare;

import io.sapflow.schema.ProbePrompt;
import io.sapflow.toy.Dialogue;
import io.sapflow.toy.Split;
import io.sapflow.toy.ToyExamples;
import io.sapflow.toy.ToyWorld;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;

/** The toy world's new task as an experiment's material. */
public final class ToyMaterial {

  private static final int HELD_OUT = 200;
  private static final int PAIRS = 96;

  private ToyMaterial() {}

  /**
   * The material of a seed.
   *
   * @param count examples to train on
   * @param poison share of them that answer make-believe harmful prompts, 0 to 1
   */
  public static Material of(long seed, int count, double poison) {
    ToyWorld world = new ToyWorld(seed);
    SplittableRandom random = new SplittableRandom(seed);
    Iterator<Dialogue> benign = world.newTask(count, Split.TRAIN).iterator();
    Iterator<Dialogue> harmful = world.poison(count).iterator();
    List<Dialogue> examples = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      examples.add(random.nextDouble() < poison ? harmful.next() : benign.next());
    }
    return new Material(
        ToyExamples.conversations(examples),
        ToyExamples.conversations(world.newTask(HELD_OUT, Split.HELD_OUT)),
        ToyExamples.pairs(world.safetyPairs(PAIRS)),
        ToyExamples.prompts(world.evaluationPrompts()).stream()
            .map(ToyMaterial::withoutAnswers)
            .toList());
  }

  /** Answers to compare would be scored for the safety margin, which no curve shows. */
  private static ProbePrompt withoutAnswers(ProbePrompt prompt) {
    return ProbePrompt.newBuilder(prompt).setSafe(null).setHarmful(null).build();
  }
}
