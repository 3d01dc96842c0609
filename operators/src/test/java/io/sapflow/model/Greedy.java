package io.sapflow.model;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Greedy answers by a full forward pass for each token. */
final class Greedy {

  private Greedy() {}

  /** The tokens up to an end token or until there are as many as there is room for. */
  static int[] answer(Kernel kernel, Tensor w, int[] prompt, int room, Set<Integer> ends) {
    int[] tokens = prompt;
    int vocabulary = kernel.config().vocabSize();
    try (Tensor off = kernel.hiddenProbe()) {
      while (tokens.length < prompt.length + room) {
        TokenBatch batch =
            TokenBatch.of(List.of(new TokenBatch.Row(tokens, new byte[tokens.length])));
        try (KernelPass pass = kernel.pass()) {
          double[] logits = pass.logits(batch, w, off).toDoubles();
          int last = logits.length - vocabulary;
          int best = 0;
          for (int i = 1; i < vocabulary; i++) {
            best = logits[last + i] > logits[last + best] ? i : best;
          }
          if (ends.contains(best)) {
            break;
          }
          tokens = Arrays.copyOf(tokens, tokens.length + 1);
          tokens[tokens.length - 1] = best;
        }
      }
    }
    return Arrays.copyOfRange(tokens, prompt.length, tokens.length);
  }
}
