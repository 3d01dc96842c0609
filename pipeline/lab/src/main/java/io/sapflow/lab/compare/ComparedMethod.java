package io.sapflow.lab.compare;

import io.sapflow.job.options.SafetyOptions;
import io.sapflow.job.options.TrainingOptions;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A method of fine-tuning by its name: a step ({@code sft}, {@code sap}, {@code sap:random}, {@code
 * sap:negated}), and defences joined to it by {@code +}.
 *
 * @param name as it was given
 * @param step the first part of the name
 * @param defences the others
 */
public record ComparedMethod(String name, String step, Set<Defence> defences) {

  /** What can be joined to a step. */
  public enum Defence {
    /** Safe answers in each batch, as many as the options say. */
    REPLAY,
    /** Single examples that push toward harm are set aside. */
    REJECTION
  }

  /** Plain fine-tuning, which every other method is measured against. */
  public static final String PLAIN = "sft";

  private static final List<String> STEPS = List.of(PLAIN, "sap", "sap:random", "sap:negated");

  /** The limit of rejection where the options name none. */
  private static final String REJECTED_PUSH = "0.5";

  /** The methods of a list of names. */
  public static List<ComparedMethod> list(List<String> names) {
    return names.stream().map(ComparedMethod::of).toList();
  }

  /**
   * A method.
   *
   * @throws IllegalArgumentException for a name with another part than these
   */
  public static ComparedMethod of(String name) {
    String[] parts = name.split("\\+", -1);
    if (!STEPS.contains(parts[0])) {
      throw new IllegalArgumentException(
          "--methods: found " + name + ", expected it to begin with any of " + STEPS);
    }
    Set<Defence> defences = EnumSet.noneOf(Defence.class);
    Arrays.stream(parts).skip(1).forEach(part -> defences.add(defence(name, part)));
    if (parts[0].equals(PLAIN) && defences.contains(Defence.REJECTION)) {
      throw new IllegalArgumentException(
          "--methods: found " + name + ", but rejection needs the direction of a sap step");
    }
    return new ComparedMethod(name, parts[0], defences);
  }

  /** The job's options for this method: those that are given, but for what the method says. */
  public Map<String, String> over(Map<String, String> given) {
    Map<String, String> values = new TreeMap<>(given);
    values.put(TrainingOptions.METHOD.key(), step);
    if (!defences.contains(Defence.REPLAY)) {
      values.put(SafetyOptions.REPLAY_SHARE.key(), "0");
    }
    if (defences.contains(Defence.REJECTION)) {
      values.putIfAbsent(TrainingOptions.REJECT_PUSH.key(), REJECTED_PUSH);
    } else {
      values.remove(TrainingOptions.REJECT_PUSH.key());
    }
    return values;
  }

  private static Defence defence(String name, String part) {
    return Arrays.stream(Defence.values())
        .filter(defence -> defence.name().equalsIgnoreCase(part))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--methods: found "
                        + name
                        + ", of which "
                        + (part.isEmpty() ? "an empty part" : part)
                        + " is no defence; expected any of "
                        + Arrays.toString(Defence.values()).toLowerCase(Locale.ROOT)));
  }
}
