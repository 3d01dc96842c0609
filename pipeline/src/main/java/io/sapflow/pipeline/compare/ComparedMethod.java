package io.sapflow.pipeline.compare;

import io.sapflow.pipeline.job.SapflowOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A method of fine-tuning by its name: a step ({@code sft}, {@code sap}, {@code sap:random}, {@code
 * sap:negated}), and defences joined to it by {@code +}.
 *
 * @param name as it was given
 * @param options what it sets of the job's options
 */
public record ComparedMethod(String name, Map<String, String> options) {

  /** A defence that can be joined to any step, and the option that turns it on. */
  private enum Defence {
    /** The job's own share of safe answers in each batch. */
    REPLAY(SapflowOptions.REPLAY_SHARE.key(), null),
    /** Single examples that push toward harm are set aside. */
    REJECTION(SapflowOptions.REJECT_PUSH.key(), "0.5");

    private final String key;

    /** Null for the job's default, which a method without the defence turns off. */
    private final String value;

    Defence(String key, String value) {
      this.key = key;
      this.value = value;
    }
  }

  /** Plain fine-tuning, which every other method is measured against. */
  public static final String PLAIN = "sft";

  /** The methods of a list of names with commas between them. */
  public static List<ComparedMethod> list(List<String> names) {
    return names.stream().map(ComparedMethod::of).toList();
  }

  /**
   * A method.
   *
   * @throws IllegalArgumentException for a part that is neither step nor defence
   */
  public static ComparedMethod of(String name) {
    List<String> parts = new ArrayList<>(Arrays.asList(name.split("\\+")));
    Map<String, String> options = new TreeMap<>();
    options.put(SapflowOptions.METHOD.key(), parts.remove(0));
    options.put(SapflowOptions.REPLAY_SHARE.key(), "0");
    for (String part : parts) {
      Defence defence = defence(name, part);
      if (defence.value == null) {
        options.remove(defence.key);
      } else {
        options.put(defence.key, defence.value);
      }
    }
    return new ComparedMethod(name, options);
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
                        + part
                        + " is no defence; expected any of "
                        + Arrays.toString(Defence.values()).toLowerCase(Locale.ROOT)));
  }
}
