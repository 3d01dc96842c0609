package io.sapflow.cli;

import io.sapflow.ops.models.Merging;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sapflow model merge}. */
@Command(
    name = "merge",
    description =
        "Fuse an adapter into its base, in the base's own type, and compare the logits of both on"
            + " random tokens.",
    sortOptions = false)
public final class MergeCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "DIR", description = "Base in Hugging Face layout.")
  private Path model;

  @Option(
      names = "--adapter",
      required = true,
      paramLabel = "DIR",
      description = "PEFT adapter of that base.")
  private Path adapter;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where the merged model is written.")
  private Path out;

  @Option(
      names = "--shard-mib",
      defaultValue = "4096",
      description = "The most MiB of one file; ${DEFAULT-VALUE}.")
  private int shardMib;

  @Option(
      names = "--device",
      defaultValue = "auto",
      description = "Where logits are computed: auto, cpu, cuda or cuda:N; ${DEFAULT-VALUE}.")
  private String device;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the check as JSON.")
  private Path json;

  @Override
  public Integer call() throws IOException {
    OutDirectory.check(out);
    if (shardMib < 1) {
      throw new UsageException("--shard-mib: found " + shardMib + ", expected at least 1");
    }
    int code =
        Checks.report(
            List.of(Merging.run(model, adapter, out, (long) shardMib << 20, device)), json);
    System.out.println("merged model in " + out);
    return code;
  }
}
