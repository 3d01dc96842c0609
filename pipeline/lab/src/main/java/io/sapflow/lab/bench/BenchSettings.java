package io.sapflow.lab.bench;

import io.sapflow.batch.BatchOptions;
import io.sapflow.job.JobSettings;
import io.sapflow.job.options.IngestOptions;
import io.sapflow.job.options.ModelOptions;
import io.sapflow.model.DeviceRequest;
import io.sapflow.model.KernelOptions;
import io.sapflow.model.ModelConfig;
import io.sapflow.model.TorchRuntime;
import java.util.List;

/**
 * What is measured.
 *
 * @param model how the model is called
 * @param lengths where the lengths are from
 * @param histogram the lengths
 * @param job the job's settings; its longest example is the limit of every arrangement
 * @param pairLimit the most tokens of a row of a safety pair
 * @param steps batches of each seed at least; rounded up to whole windows
 * @param seeds how many seeds of lengths, tokens and batches, from the job's on
 * @param timed whether steps are made and timed, and not only counted
 */
public record BenchSettings(
    String model,
    String lengths,
    LengthHistogram histogram,
    JobSettings job,
    int pairLimit,
    int steps,
    int seeds,
    boolean timed) {

  private static final double HELD_WHOLE = 0.95;
  private static final int LIMIT_UNIT = 128;

  /** The limit that fits a histogram: the least multiple of 128 that leaves 95 % whole. */
  public static int limitFor(LengthHistogram histogram) {
    return histogram.limit(HELD_WHOLE, LIMIT_UNIT);
  }

  /** The most tokens of rows. */
  Limits limits() {
    return new Limits(job.get(IngestOptions.MAX_TOKENS), pairLimit);
  }

  /** Steps in which probe and direction are refreshed as often as on average. */
  int cycle() {
    return StepKind.cycle(job.train().sap());
  }

  /** What a training kernel is made for on the job's device. */
  KernelOptions kernel(ModelConfig config) {
    return job.kernel(config, DeviceRequest.of(job.get(ModelOptions.DEVICE)));
  }

  boolean onGpu() {
    return TorchRuntime.device(job.get(ModelOptions.DEVICE)).isGpu();
  }

  /** The batches of a seed. */
  List<Work> work(int index, int vocabulary) {
    BatchOptions batch = job.train().batch();
    BatchOptions seeded = batch.seeded(batch.seed() + index);
    return new Workload(histogram, seeded, vocabulary, limits().examples(), limits().pairs())
        .windows(steps);
  }
}
