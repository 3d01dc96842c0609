package io.sapflow.pipeline.command;

import io.sapflow.pipeline.files.PairFile;
import io.sapflow.pipeline.topics.SafetySet;
import io.sapflow.pipeline.topics.SetDesk;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.SafetyPair;
import io.sapflow.schema.Topics;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sapflow pairs}: what training stays safe by. */
@Command(
    name = "pairs",
    description = "Load, list and retire safety pairs, what training stays safe by.",
    synopsisSubcommandLabel = "COMMAND")
public final class PairsCommand implements Runnable {

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

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
    return desk(broker).load(file, PairFile.open(file), idPrefix) ? 0 : 1;
  }

  @Command(
      name = "list",
      description = "Tell ids, categories, digests and which are active; no text.",
      sortOptions = false)
  int list(@Mixin BrokerMixin broker) {
    desk(broker).list();
    return 0;
  }

  @Command(
      name = "retire",
      description = "Take out of use; exit code 1 if one of them was not in use.",
      sortOptions = false)
  int retire(
      @Mixin BrokerMixin broker,
      @Parameters(arity = "1..*", paramLabel = "ID", description = "As list tells them.")
          List<String> ids) {
    return desk(broker).retire(ids) ? 0 : 1;
  }

  private static SetDesk<SafetyPair, ProbePrompt> desk(BrokerMixin broker) {
    return new SetDesk<>(
        broker.brokers(Topics.SAFETY_PAIRS, Topics.PROBE_PROMPTS),
        SafetySet.PAIRS,
        SafetySet.PROMPTS,
        System.out::println,
        System.err::println);
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
  }
}
