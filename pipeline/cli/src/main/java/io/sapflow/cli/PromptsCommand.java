package io.sapflow.cli;

import io.sapflow.job.sets.SafetySet;
import io.sapflow.local.files.PromptFile;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.SafetyPair;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sapflow prompts}: what versions are measured by. */
@Command(
    name = "prompts",
    description = "Load, list and retire probe prompts, what versions are measured by.",
    synopsisSubcommandLabel = "COMMAND")
public final class PromptsCommand extends SetCommand<ProbePrompt, SafetyPair> {

  /** For picocli, which makes it. */
  public PromptsCommand() {
    super(SafetySet.PROMPTS, SafetySet.PAIRS);
  }

  @Command(
      name = "load",
      description = {
        "Send a file; an entry whose id is there already replaces what stands under it.",
        "All of it or nothing: exit code 1 if an entry is not right, or if its id or its text is"
            + " among the safety pairs."
      },
      sortOptions = false)
  int load(
      @Mixin BrokerMixin broker,
      @Mixin ReadingMixin reading,
      @Parameters(
              index = "0",
              paramLabel = "FILE",
              description =
                  "JSONL, a JSON array or CSV: prompt and kind (harmful or benign); goal (AdvBench,"
                      + " harmful); prompt and label or type, safe or unsafe (XSTest).")
          Path file,
      @Option(
              names = "--id-prefix",
              paramLabel = "TEXT",
              defaultValue = "",
              description = "Stands before the entries' ids, to tell sets apart.")
          String idPrefix) {
    return loading(broker).load(PromptFile.open(file, reading.reading()), idPrefix) ? 0 : 1;
  }
}
