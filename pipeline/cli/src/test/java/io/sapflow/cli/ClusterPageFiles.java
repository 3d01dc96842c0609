package io.sapflow.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.SafetyPair;
import io.sapflow.toy.Dialogue;
import io.sapflow.toy.Split;
import io.sapflow.toy.ToyExamples;
import io.sapflow.toy.ToyWorld;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The files that whoever follows docs/cluster.md brings along, of the toy world. */
final class ClusterPageFiles {

  /** Examples of one update, and of one version. */
  private static final int EXAMPLES = 8;

  /** Below the page's own settings: the first version comes within seconds. */
  static final String QUICK =
      """
        checkpoint.interval: 1 s
        batch.window: %d
        batch.rows: %d
        adapter.version-updates: 1
      """
          .formatted(EXAMPLES, EXAMPLES);

  private static final ObjectMapper JSON = new ObjectMapper();

  private ClusterPageFiles() {}

  /** Writes pairs.jsonl, prompts.jsonl and examples.jsonl. */
  static void write(Path directory) throws IOException {
    List<Map<String, String>> pairs = new ArrayList<>();
    for (SafetyPair pair : ToyExamples.pairs(new ToyWorld(0).safetyPairs(16))) {
      pairs.add(
          Map.of(
              "prompt",
              pair.getPrompt().get(0).getContent(),
              "chosen",
              pair.getSafe(),
              "rejected",
              pair.getHarmful()));
    }
    write(directory.resolve("pairs.jsonl"), pairs);
    List<Map<String, String>> prompts = new ArrayList<>();
    for (ProbePrompt prompt : ToyExamples.prompts(new ToyWorld(0).probePrompts(40, 4))) {
      prompts.add(
          Map.of(
              "prompt",
              prompt.getPrompt().get(0).getContent(),
              "kind",
              prompt.getKind().name().toLowerCase(Locale.ROOT)));
    }
    write(directory.resolve("prompts.jsonl"), prompts);
    List<Map<String, String>> examples = new ArrayList<>();
    for (Dialogue dialogue : new ToyWorld(0).newTask(EXAMPLES, Split.TRAIN)) {
      examples.add(Map.of("prompt", dialogue.prompt(), "completion", dialogue.answer()));
    }
    write(directory.resolve("examples.jsonl"), examples);
  }

  private static void write(Path file, List<Map<String, String>> rows) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (Map<String, String> row : rows) {
      lines.append(JSON.writeValueAsString(row)).append('\n');
    }
    Files.writeString(file, lines);
  }
}
