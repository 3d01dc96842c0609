package io.sapflow.lab.compare;

import io.sapflow.local.files.ExampleFile;
import io.sapflow.local.files.FileExample;
import io.sapflow.local.files.PairFile;
import io.sapflow.local.files.PromptFile;
import io.sapflow.local.files.RecordLists;
import io.sapflow.schema.Message;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.PromptKind;
import io.sapflow.schema.SafetyPair;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * One's own files as an experiment's material. A seed shuffles the examples and says which are
 * poison; the same examples are held out for every seed.
 */
public final class FileMaterial {

  /** One example in ten is held out where no file says which. */
  private static final int HELD_OUT_SHARE = 10;

  private final List<List<Message>> examples;
  private final List<List<Message>> heldOut;
  private final List<List<Message>> poison;
  private final List<SafetyPair> pairs;
  private final List<ProbePrompt> prompts;

  /**
   * Reads the files.
   *
   * @param heldOut null to hold out every tenth example of the data
   * @param poison examples to mix in; null for none
   */
  public FileMaterial(Path data, Path heldOut, Path poison, Path pairs, Path prompts) {
    List<List<Message>> all = conversations(data);
    this.examples = new ArrayList<>();
    List<List<Message>> tenth = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      boolean held = heldOut == null && i % HELD_OUT_SHARE == HELD_OUT_SHARE - 1;
      (held ? tenth : examples).add(all.get(i));
    }
    this.heldOut = heldOut == null ? tenth : conversations(heldOut);
    this.poison = poison == null ? List.of() : conversations(poison);
    this.pairs = RecordLists.all(PairFile.open(pairs));
    this.prompts = RecordLists.all(PromptFile.open(prompts));
    require(!this.examples.isEmpty() && !this.heldOut.isEmpty(), data, "at least ten examples");
    require(
        this.prompts.stream().anyMatch(prompt -> prompt.getKind() == PromptKind.HARMFUL),
        prompts,
        "at least one prompt of kind harmful");
    requireDisjoint(pairs, prompts);
  }

  private static void require(boolean holds, Path file, String right) {
    if (!holds) {
      throw new IllegalArgumentException(file + ": found too few entries, expected " + right);
    }
  }

  private void requireDisjoint(Path pairFile, Path promptFile) {
    Set<List<Message>> trained = new HashSet<>();
    pairs.forEach(pair -> trained.add(pair.getPrompt()));
    for (ProbePrompt prompt : prompts) {
      if (trained.contains(prompt.getPrompt())) {
        throw new IllegalArgumentException(
            promptFile
                + ": prompt "
                + prompt.getId()
                + " is that of a safety pair of "
                + pairFile
                + ", expected prompts that are not trained on");
      }
    }
  }

  /**
   * The material of a seed.
   *
   * @param count examples to train on; where the data has fewer, they come again
   * @param share of them that is poison, 0 to 1
   */
  public Material of(long seed, int count, double share) {
    Random random = new Random(seed);
    Turn benign = new Turn(examples, random);
    Turn harmful = new Turn(poison, random);
    List<List<Message>> drawn = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      drawn.add((random.nextDouble() < share ? harmful : benign).next());
    }
    return new Material(drawn, heldOut, pairs, prompts);
  }

  /** Goes through a list in random order, again and again. */
  private static final class Turn {
    private final List<List<Message>> items;
    private final Random random;
    private List<List<Message>> left = new ArrayList<>();

    Turn(List<List<Message>> items, Random random) {
      this.items = items;
      this.random = random;
    }

    List<Message> next() {
      if (left.isEmpty()) {
        left = new ArrayList<>(items);
        Collections.shuffle(left, random);
      }
      return left.remove(left.size() - 1);
    }
  }

  private static List<List<Message>> conversations(Path file) {
    List<FileExample> all = RecordLists.all(ExampleFile.open(file));
    for (FileExample example : all) {
      if (!example.tools().isEmpty()) {
        throw new IllegalArgumentException(
            file
                + ": example "
                + example.id()
                + " has tools, expected none: a comparison is of conversations alone");
      }
    }
    return all.stream().map(FileExample::messages).toList();
  }
}
