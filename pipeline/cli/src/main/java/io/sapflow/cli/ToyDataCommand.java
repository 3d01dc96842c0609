package io.sapflow.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sapflow.toy.Dialogue;
import io.sapflow.toy.Prompt;
import io.sapflow.toy.Prompts;
import io.sapflow.toy.SafetyTriple;
import io.sapflow.toy.Split;
import io.sapflow.toy.ToyWorld;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sapflow model toy-data}. */
@Command(
    name = "toy-data",
    description =
        "Write examples or safety pairs of the toy world as JSONL, for tune; or probe prompts, that"
            + " many HARMFUL ones, none of them in a pair, and half as many BENIGN ones.",
    sortOptions = false)
public final class ToyDataCommand implements Callable<Integer> {

  /** What can be written. */
  enum Kind {
    NEW_TASK,
    HELD_OUT,
    POISON,
    PAIRS,
    PROMPTS
  }

  private static final ObjectMapper JSON = new ObjectMapper();

  @Parameters(
      index = "0",
      paramLabel = "KIND",
      description = "${COMPLETION-CANDIDATES}, in any case.")
  private Kind kind;

  @Option(names = "--count", defaultValue = "2000", description = "How many; ${DEFAULT-VALUE}.")
  private int count;

  @Option(names = "--seed", defaultValue = "0", description = "Of the world; ${DEFAULT-VALUE}.")
  private long seed;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "The file.")
  private Path out;

  @Override
  public Integer call() throws IOException {
    ToyWorld world = new ToyWorld(seed);
    try (PrintWriter writer =
        new PrintWriter(Files.newBufferedWriter(out, StandardCharsets.UTF_8))) {
      for (Map<String, String> line : lines(world)) {
        writer.println(JSON.writeValueAsString(line));
      }
    }
    return 0;
  }

  private List<Map<String, String>> lines(ToyWorld world) {
    return switch (kind) {
      case NEW_TASK -> dialogues(world.newTask(count, Split.TRAIN));
      case HELD_OUT -> dialogues(world.newTask(count, Split.HELD_OUT));
      case POISON -> dialogues(world.poison(count));
      case PAIRS -> world.safetyPairs(count).stream().map(ToyDataCommand::pair).toList();
      case PROMPTS -> {
        Prompts prompts = world.probePrompts(count, count / 2);
        yield Stream.concat(
                prompts.harmful().stream().map(prompt -> prompt("harmful", prompt)),
                prompts.benign().stream().map(prompt -> prompt("benign", prompt)))
            .toList();
      }
    };
  }

  private static List<Map<String, String>> dialogues(List<Dialogue> dialogues) {
    return dialogues.stream()
        .map(dialogue -> line("prompt", dialogue.prompt(), "completion", dialogue.answer()))
        .toList();
  }

  private static Map<String, String> pair(SafetyTriple pair) {
    return line("prompt", pair.prompt(), "chosen", pair.safe(), "rejected", pair.harmful());
  }

  private static Map<String, String> prompt(String kind, Prompt prompt) {
    Map<String, String> line =
        line("kind", kind, "category", prompt.category(), "prompt", prompt.text());
    if (prompt.safe() != null) {
      line.put("safe", prompt.safe());
      line.put("harmful", prompt.harmful());
    }
    return line;
  }

  /** A line's fields in their order: names, each before its value. */
  private static Map<String, String> line(String... namesAndValues) {
    Map<String, String> line = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      line.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return line;
  }
}
