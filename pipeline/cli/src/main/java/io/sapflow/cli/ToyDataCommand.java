package io.sapflow.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sapflow.toy.Dialogue;
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
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sapflow model toy-data}. */
@Command(
    name = "toy-data",
    description = "Write examples or safety pairs of the toy world as JSONL, for tune.",
    sortOptions = false)
public final class ToyDataCommand implements Callable<Integer> {

  /** What can be written. */
  enum Kind {
    NEW_TASK,
    HELD_OUT,
    POISON,
    PAIRS
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
      if (kind == Kind.PAIRS) {
        for (SafetyTriple pair : world.safetyPairs(count)) {
          Map<String, String> line = new LinkedHashMap<>();
          line.put("prompt", pair.prompt());
          line.put("chosen", pair.safe());
          line.put("rejected", pair.harmful());
          writer.println(JSON.writeValueAsString(line));
        }
      } else {
        for (Dialogue dialogue : dialogues(world)) {
          Map<String, String> line = new LinkedHashMap<>();
          line.put("prompt", dialogue.prompt());
          line.put("completion", dialogue.answer());
          writer.println(JSON.writeValueAsString(line));
        }
      }
    }
    return 0;
  }

  private List<Dialogue> dialogues(ToyWorld world) {
    return switch (kind) {
      case NEW_TASK -> world.newTask(count, Split.TRAIN);
      case HELD_OUT -> world.newTask(count, Split.HELD_OUT);
      default -> world.poison(count);
    };
  }
}
