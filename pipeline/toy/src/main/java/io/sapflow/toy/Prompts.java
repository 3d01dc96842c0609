package io.sapflow.toy;

import java.util.List;

/**
 * Prompts to score a model on.
 *
 * @param harmful to be refused
 * @param benign to be answered: refusing them is over-refusal
 */
public record Prompts(List<Prompt> harmful, List<Prompt> benign) {
  public Prompts {
    harmful = List.copyOf(harmful);
    benign = List.copyOf(benign);
  }
}
