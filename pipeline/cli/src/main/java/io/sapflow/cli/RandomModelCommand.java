package io.sapflow.cli;

import io.sapflow.model.DType;
import io.sapflow.ops.models.RandomModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sapflow model random}. */
@Command(
    name = "random",
    description = "Write a model of random weights for a config.json, to try memory and speed.",
    sortOptions = false)
public final class RandomModelCommand implements Callable<Integer> {

  /** Types on disk. */
  enum FileType {
    F32(DType.F32),
    F16(DType.F16),
    BF16(DType.BF16);

    private final DType dtype;

    FileType(DType dtype) {
      this.dtype = dtype;
    }
  }

  @Parameters(index = "0", paramLabel = "CONFIG", description = "A config.json.")
  private Path config;

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "A new directory.")
  private Path out;

  @Option(
      names = "--dtype",
      defaultValue = "BF16",
      description = "Type on disk, ${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE}.")
  private FileType type;

  @Option(
      names = "--shard-mib",
      defaultValue = "4096",
      description = "The most MiB of one file; ${DEFAULT-VALUE}.")
  private int shardMib;

  @Option(names = "--seed", defaultValue = "0", description = "Of the weights; ${DEFAULT-VALUE}.")
  private long seed;

  @Override
  public Integer call() throws IOException {
    if (!Files.isRegularFile(config)) {
      throw new UsageException("CONFIG: found no file " + config + ", expected a config.json");
    }
    if (Files.exists(out)) {
      throw new UsageException("--out: found " + out + ", expected a new directory");
    }
    RandomModel.write(config, out, type.dtype, (long) shardMib << 20, seed);
    System.out.println("random model in " + out);
    return 0;
  }
}
