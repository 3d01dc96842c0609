package io.sapflow.ops.verify;

import io.sapflow.model.SafetensorsWriter;
import io.sapflow.model.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Random texts as the batches of a trace: added to a file as padded tensors, and given back as what
 * is to be computed on them, worked out here once more.
 */
final class RecordedTexts {

  private static final int END = 2;
  private static final long UNSCORED = -100;
  private static final int USEFUL_LENGTH = 13;
  private static final int CONTRASTIVE_LENGTH = 14;

  private final SafetensorsWriter file = new SafetensorsWriter();
  private final SplittableRandom random;
  private final int vocabulary;
  private final boolean corrected;

  RecordedTexts(long seed, int vocabulary, boolean corrected) {
    this.random = new SplittableRandom(seed);
    this.vocabulary = vocabulary;
    this.corrected = corrected;
  }

  SafetensorsWriter file() {
    return file;
  }

  /** One text: prompt, then response and end token. */
  private record Text(int[] tokens, int prompt) {}

  /** Without the end token, a response has at least one. */
  private Text text(int[] prompt, int longest) {
    int[] tokens = Arrays.copyOf(prompt, prompt.length + 2 + random.nextInt(longest - 1));
    for (int t = prompt.length; t < tokens.length - 1; t++) {
      tokens[t] = 3 + random.nextInt(vocabulary - 3);
    }
    tokens[tokens.length - 1] = END;
    return new Text(tokens, prompt.length);
  }

  private int[] prompt() {
    return random.ints(2 + random.nextInt(4), 3, vocabulary).toArray();
  }

  TokenBatch useful(int index, int rows) {
    List<Text> texts = new ArrayList<>();
    for (int b = 0; b < rows; b++) {
      texts.add(text(prompt(), 6));
    }
    Padded padded = new Padded(texts, USEFUL_LENGTH);
    padded.addTo(String.format("useful_%02d.", index));
    return padded.batch(1, padded.labels);
  }

  TokenBatch contrastive(int index, int pairs) {
    List<Text> chosen = new ArrayList<>();
    List<Text> rejected = new ArrayList<>();
    for (int b = 0; b < pairs; b++) {
      int[] prompt = prompt();
      chosen.add(text(prompt, 5));
      rejected.add(text(prompt, 8));
    }
    String name = String.format("contrastive_%02d.", index);
    Padded safe = new Padded(chosen, CONTRASTIVE_LENGTH);
    Padded harmful = new Padded(rejected, CONTRASTIVE_LENGTH);
    if (corrected) {
      safe.addTo(name + "chosen_");
      harmful.addTo(name + "rejected_");
      List<Text> both = new ArrayList<>(chosen);
      both.addAll(rejected);
      Padded all = new Padded(both, CONTRASTIVE_LENGTH);
      return all.batch(1, all.labels);
    }
    safe.add(name + "input_ids", safe.ids);
    safe.add(name + "attention_mask", safe.mask);
    safe.add(name + "chosen_labels", safe.labels);
    harmful.add(name + "rejected_labels", harmful.labels);
    return safe.batch(0, safe.labels, harmful.labels);
  }

  /** Texts as padded tensors, [B, T]. */
  private final class Padded {
    private final int rows;
    private final int length;
    private final long[] ids;
    private final long[] mask;
    private final long[] labels;

    Padded(List<Text> texts, int length) {
      this.rows = texts.size();
      this.length = length;
      this.ids = new long[rows * length];
      this.mask = new long[rows * length];
      this.labels = new long[rows * length];
      Arrays.fill(ids, END);
      Arrays.fill(labels, UNSCORED);
      for (int b = 0; b < rows; b++) {
        Text text = texts.get(b);
        int seen = corrected ? text.tokens().length : text.prompt();
        for (int t = 0; t < text.tokens().length; t++) {
          int token = text.tokens()[t];
          if (t < seen) {
            ids[b * length + t] = token;
            mask[b * length + t] = 1;
          }
          if (t >= text.prompt() && (corrected || token != END)) {
            labels[b * length + t] = token;
          }
        }
      }
    }

    void addTo(String prefix) {
      add(prefix + "input_ids", ids);
      add(prefix + "attention_mask", mask);
      add(prefix + "labels", labels);
    }

    void add(String name, long[] values) {
      file.add(name, new long[] {rows, length}, values);
    }

    /** With one or two sets of labels; a label is predicted {@code shift} positions before it. */
    TokenBatch batch(int shift, long[]... labelSets) {
      List<long[]> targets = new ArrayList<>();
      for (int set = 0; set < labelSets.length; set++) {
        for (int at = 0; at < ids.length; at++) {
          if (labelSets[set][at] != UNSCORED) {
            targets.add(
                new long[] {at - shift, at / length + (long) set * rows, labelSets[set][at]});
          }
        }
      }
      return new TokenBatch(
          rows,
          length,
          ids,
          mask,
          targets.stream().mapToLong(t -> t[0]).toArray(),
          targets.stream().mapToLong(t -> t[1]).toArray(),
          targets.stream().mapToLong(t -> t[2]).toArray());
    }
  }
}
