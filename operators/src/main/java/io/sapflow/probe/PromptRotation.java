package io.sapflow.probe;

import io.sapflow.schema.Digests;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.PromptKind;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which of the active prompts a report asks: a core that is the same in every report, so that
 * trends can be compared, and of the others some in turn.
 *
 * <p>Prompts stand in the order of their ids' digests. The core are the first of each kind, so
 * where the share of the kinds stays, a prompt that is added or retired moves at most one other out
 * of the core or into it.
 *
 * @param most prompts of a report; 0 for all
 * @param coreShare of them that are the core, 0 to 1; where it is 1 the others are never asked
 */
public record PromptRotation(int most, double coreShare) {

  /** Every report asks every prompt. */
  public static final PromptRotation ALL = new PromptRotation(0, 1);

  private static final Comparator<ProbePrompt> ORDER =
      Comparator.comparing(prompt -> Digests.sha256(prompt.getId()));

  public PromptRotation {
    if (most < 0 || !(coreShare >= 0 && coreShare <= 1)) {
      throw new IllegalArgumentException(
          "found "
              + most
              + " prompts with a core of "
              + coreShare
              + ", expected at least 0, 0 to 1");
    }
  }

  /**
   * The prompts that a report asks, in the order of the active ones: both kinds in proportion, one
   * harmful prompt at least, and one benign prompt where there is room for two.
   *
   * @param report how many reports there were before it
   */
  public List<ProbePrompt> asked(List<ProbePrompt> active, long report) {
    if (most == 0 || active.size() <= most) {
      return active;
    }
    List<ProbePrompt> ordered = active.stream().sorted(ORDER).toList();
    List<ProbePrompt> harmful = ordered.stream().filter(PromptRotation::harmful).toList();
    List<ProbePrompt> benign = ordered.stream().filter(prompt -> !harmful(prompt)).toList();
    int harmfulMost = share(harmful.size(), benign.size());
    Set<String> asked = new HashSet<>();
    add(asked, harmful, harmfulMost, report);
    add(asked, benign, most - harmfulMost, report);
    return active.stream().filter(prompt -> asked.contains(prompt.getId())).toList();
  }

  /**
   * How many harmful prompts a report asks.
   *
   * @param harmful active ones
   * @param benign active ones
   */
  public int harmfulAsked(int harmful, int benign) {
    return most == 0 || harmful + benign <= most ? harmful : share(harmful, benign);
  }

  /** How many of the prompts are harmful ones. */
  private int share(int harmful, int benign) {
    int proportional = (int) Math.round((double) most * harmful / (harmful + benign));
    int least = harmful == 0 ? 0 : Math.max(1, most - benign);
    int largest = Math.min(harmful, benign == 0 || most == 1 ? most : most - 1);
    return Math.max(least, Math.min(proportional, largest));
  }

  private void add(Set<String> asked, List<ProbePrompt> ordered, int count, long report) {
    // Rounding must not make 2.9999 of a core of 3.
    int core = (int) Math.floor(count * coreShare + 1e-9);
    int turns = count - core;
    int others = ordered.size() - core;
    ordered.subList(0, core).forEach(prompt -> asked.add(prompt.getId()));
    for (int i = 0; i < turns; i++) {
      asked.add(ordered.get(core + (int) Math.floorMod(report * turns + i, (long) others)).getId());
    }
  }

  private static boolean harmful(ProbePrompt prompt) {
    return prompt.getKind() == PromptKind.HARMFUL;
  }
}
