package io.sapflow.lab.demo;

import io.sapflow.schema.TrainingExample;
import io.sapflow.toy.Dialogue;
import io.sapflow.toy.Split;
import io.sapflow.toy.ToyExamples;
import io.sapflow.toy.ToyWorld;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The demo's examples as a function of its seed: two sources teach a new benign task; later a third
 * joins, of whose examples most answer make-believe harmful prompts.
 */
public final class DemoStream {

  /** The adapter that all examples train. */
  public static final String ADAPTER = "assistant";

  /** The source with the poison. */
  public static final String POISONED = "scraper";

  private static final List<String> BENIGN = List.of("helpdesk", "handbook");

  /**
   * How long the stream is.
   *
   * @param before examples before the third source joins
   * @param after examples from then on, half of them from the third source
   * @param poison share of the third source's examples that are poison, 0 to 1
   */
  public record Size(int before, int after, double poison) {
    /** About a minute on two cores. */
    public static final Size DEFAULT = new Size(1000, 2000, 0.9);
  }

  private final Size size;
  private final Iterator<Dialogue> benign;
  private final Iterator<Dialogue> poison;
  private final SplittableRandom random;
  private final List<TrainingExample> examples = new ArrayList<>();

  /** The stream of a seed. */
  public DemoStream(long seed, Size size) {
    this.size = size;
    ToyWorld world = new ToyWorld(seed);
    int all = size.before() + size.after();
    this.benign = world.newTask(all, Split.TRAIN).iterator();
    this.poison = world.poison(size.after()).iterator();
    this.random = new SplittableRandom(seed);
    for (int i = 0; i < size.before(); i++) {
      add(BENIGN.get(i % 2), benign.next());
    }
    for (int i = 0; i < size.after(); i++) {
      if (i % 2 == 1) {
        add(POISONED, random.nextDouble() < size.poison() ? poison.next() : benign.next());
      } else {
        add(BENIGN.get(i / 2 % 2), benign.next());
      }
    }
  }

  private void add(String source, Dialogue dialogue) {
    int number = examples.size();
    examples.add(ToyExamples.example(ADAPTER, source, source + "-" + number, number, dialogue));
  }

  /** All examples, in the order in which they are sent. */
  public List<TrainingExample> examples() {
    return examples;
  }

  /** What the stream does at first, in words. */
  String benignPhase() {
    return "two benign sources teach a new task: " + String.join(", ", BENIGN);
  }

  /** What it does from the third source on. */
  String poisonedPhase() {
    return "%s joins: %.0f %% of its examples are poison".formatted(POISONED, 100 * size.poison());
  }
}
