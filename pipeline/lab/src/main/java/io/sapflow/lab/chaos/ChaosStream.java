package io.sapflow.lab.chaos;

import io.sapflow.schema.TrainingExample;
import io.sapflow.toy.Dialogue;
import io.sapflow.toy.Split;
import io.sapflow.toy.ToyExamples;
import io.sapflow.toy.ToyWorld;
import java.util.List;

/**
 * Examples without end, as a function of the plan: the adapters in turn, each from two benign
 * sources; in an incident a third joins at the first adapter and sends poison.
 */
final class ChaosStream {

  private static final int DIALOGUES = 2000;

  /** The first examples, of all adapters together, are benign in any case. */
  private static final int BENIGN = 600;

  private final ChaosPlan plan;
  private final List<Dialogue> benign;
  private final List<Dialogue> poison;

  ChaosStream(ChaosPlan plan) {
    ToyWorld world = new ToyWorld(plan.seed());
    this.plan = plan;
    this.benign = world.newTask(DIALOGUES, Split.TRAIN);
    this.poison = world.poison(DIALOGUES);
  }

  /** An example by its number, from 0. */
  TrainingExample example(int number) {
    int adapter = number % plan.adapters();
    int round = number / plan.adapters();
    boolean poisoned = plan.incident() && number >= BENIGN && adapter == 0 && round % 2 == 1;
    String source = poisoned ? "scraper" : round % 4 < 2 ? "helpdesk" : "handbook";
    List<Dialogue> dialogues = poisoned ? poison : benign;
    return ToyExamples.example(
        "adapter-" + adapter,
        source,
        source + "-" + number,
        number,
        dialogues.get(number % dialogues.size()));
  }
}
