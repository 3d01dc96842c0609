package io.sapflow.cli;

import io.sapflow.job.sets.SafetySet;
import io.sapflow.local.files.PairFile;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.SafetyPair;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sapflow pairs}: what training stays safe by. */
@Command(
    name = "pairs",
    description = "Load, list and retire safety pairs, what training stays safe by.",
    synopsisSubcommandLabel = "COMMAND")
public final class PairsCommand extends SetCommand<SafetyPair, ProbePrompt> {

  /** For picocli, which makes it. */
  public PairsCommand() {
    super(SafetySet.PAIRS, SafetySet.PROMPTS);
  }

  @Command(
      name = "load",
      description = {
        "Send a file; an entry whose id is there already replaces what stands under it.",
        "All of it or nothing: exit code 1 if an entry is not right, or if its id or its text is"
            + " among the probe prompts."
      },
      sortOptions = false)
  int load(
      @Mixin BrokerMixin broker,
      @Mixin ReadingMixin reading,
      @Parameters(
              index = "0",
              paramLabel = "FILE",
              description =
                  "JSONL, a JSON array or CSV with prompt, chosen (the safe answer) and rejected.")
          Path file,
      @Option(
              names = "--id-prefix",
              paramLabel = "TEXT",
              defaultValue = "",
              description = "Stands before the entries' ids, to tell sets apart.")
          String idPrefix) {
    return loading(broker).load(PairFile.open(file, reading.reading()), idPrefix) ? 0 : 1;
  }
}
