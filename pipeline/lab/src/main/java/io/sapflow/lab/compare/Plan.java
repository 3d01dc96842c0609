package io.sapflow.lab.compare;

import java.util.List;

/**
 * What is compared.
 *
 * @param methods in the order in which they are shown; plain fine-tuning is among them
 * @param firstSeed of the seeds
 * @param seeds how many, at least one
 * @param parallel runs at a time, at least one
 */
public record Plan(List<ComparedMethod> methods, long firstSeed, int seeds, int parallel) {

  /** Checks the parts. */
  public Plan {
    if (seeds < 1 || parallel < 1) {
      throw new IllegalArgumentException(
          "--seeds and --parallel: found " + seeds + " and " + parallel + ", expected 1 or more");
    }
    if (methods.stream().map(ComparedMethod::name).distinct().count() < methods.size()) {
      throw new IllegalArgumentException("--methods: found a method twice, expected each once");
    }
    if (methods.stream().noneMatch(method -> method.name().equals(ComparedMethod.PLAIN))) {
      throw new IllegalArgumentException(
          "--methods: "
              + ComparedMethod.PLAIN
              + " is missing, expected it among the methods: the others are measured against it");
    }
  }
}
