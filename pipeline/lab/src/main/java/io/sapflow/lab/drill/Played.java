package io.sapflow.lab.drill;

import io.sapflow.local.run.Tally;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.TrainingStep;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * How an incident went.
 *
 * @param tally what the job wrote
 * @param steps that trained, in their order
 * @param poisoned ids of the examples that carried the harm
 * @param forged versions that a stranger called promoted
 * @param served version that the pointer names at the end; null for none
 * @param seconds that it took
 */
record Played(
    Tally tally,
    List<TrainingStep> steps,
    Set<String> poisoned,
    Set<String> forged,
    String served,
    double seconds) {

  /** The first step that trained a poisoned example. */
  OptionalLong firstPoisonedStep() {
    return steps.stream()
        .filter(step -> step.getOutcome() == StepStatus.TRAINED)
        .filter(step -> !Collections.disjoint(step.getExampleIds(), poisoned))
        .mapToLong(TrainingStep::getStep)
        .findFirst();
  }
}
