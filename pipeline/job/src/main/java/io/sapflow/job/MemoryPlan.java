package io.sapflow.job;

import static io.sapflow.model.DeviceMemory.mebibytes;

import io.sapflow.job.options.BatchingOptions;
import io.sapflow.job.options.TrainingOptions;
import io.sapflow.model.ComputeType;
import io.sapflow.model.DeviceMemory;
import io.sapflow.model.MemoryForecast;
import io.sapflow.model.ModelConfig;
import io.sapflow.model.PassMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * A bound on the memory of a trainer's passes, with what is foretold for the job's largest batch.
 * Which one is taken goes by settings, model and a device's whole memory, not by what is free, so
 * that a restart on the same machine trains the same bits.
 *
 * @param memory the bound
 * @param forecast for the largest batch
 * @param fits whether that fits the device's whole memory
 */
public record MemoryPlan(PassMemory memory, MemoryForecast forecast, boolean fits) {

  private static final String AUTO = "auto";
  private static final String NONE = "none";

  /**
   * Looks at the settings alone.
   *
   * @throws IllegalArgumentException naming the key, what was found and what is expected
   */
  static void check(JobSettings settings) {
    written(settings);
  }

  /** The one that is taken on a device: the first that fits, else the most frugal. */
  public static MemoryPlan of(
      JobSettings settings, ModelConfig config, ComputeType held, DeviceMemory there) {
    List<MemoryPlan> open = open(settings, config, held, there);
    return open.stream()
        .filter(MemoryPlan::fits)
        .findFirst()
        .orElseGet(() -> open.get(open.size() - 1));
  }

  /** The same for the type that the settings hold the base in. */
  public static MemoryPlan of(JobSettings settings, ModelConfig config, DeviceMemory there) {
    return of(settings, config, settings.computeType(), there);
  }

  /**
   * All that the settings leave open, from the fastest to the most frugal: whole batches, then
   * micro-batches of half of the largest, of a quarter and so on down to its longest row, then all
   * of these with checkpoints of activations.
   */
  public static List<MemoryPlan> open(
      JobSettings settings, ModelConfig config, ComputeType held, DeviceMemory there) {
    String checkpointing = settings.get(TrainingOptions.ACTIVATION_CHECKPOINTING);
    List<MemoryPlan> open = new ArrayList<>();
    for (boolean checkpointed : new boolean[] {false, true}) {
      if (checkpointing.equals(AUTO) || checkpointing.equals(checkpointed ? "on" : "off")) {
        for (int tokens : tokens(settings, config)) {
          PassMemory memory = PassMemory.WHOLE.tokens(tokens).checkpointed(checkpointed);
          MemoryForecast forecast = JobMemory.largest(settings, config, held, memory, there.gpu());
          open.add(
              new MemoryPlan(memory, forecast, forecast.onDevice(there.gpu()) <= there.total()));
        }
      }
    }
    return open;
  }

  private static List<Integer> tokens(JobSettings settings, ModelConfig config) {
    int written = written(settings);
    if (written > 0) {
      return List.of(written);
    }
    List<MemoryForecast.Batch> largest = JobMemory.largest(settings, config);
    int longest = largest.stream().mapToInt(MemoryForecast.Batch::length).max().orElseThrow();
    long most = largest.stream().mapToLong(JobMemory::tokens).max().orElseThrow();
    // Batches by tokens know neither of padding nor of replayed rows, which may exceed all of them.
    boolean byTokens = settings.find(BatchingOptions.LEAST_TOKENS) != null;
    int whole = byTokens ? (int) Math.min(most, Integer.MAX_VALUE) : Integer.MAX_VALUE;
    List<Integer> tokens = new ArrayList<>(List.of(whole));
    for (long half = most / 2; half > longest; half /= 2) {
      if (half < Integer.MAX_VALUE) {
        tokens.add((int) half);
      }
    }
    tokens.add(longest);
    return tokens;
  }

  /** The number that is written, the largest for none; 0 for auto. */
  private static int written(JobSettings settings) {
    String found = settings.get(TrainingOptions.MICRO_BATCH_TOKENS).strip();
    if (found.equals(AUTO)) {
      return 0;
    }
    if (found.equals(NONE)) {
      return Integer.MAX_VALUE;
    }
    if (found.matches("\\d{1,9}") && Integer.parseInt(found) > 0) {
      return Integer.parseInt(found);
    }
    throw new IllegalArgumentException(
        TrainingOptions.MICRO_BATCH_TOKENS.key()
            + ": found "
            + found
            + ", expected a whole number of at least 1, auto or none");
  }

  /** The bound in words, such as {@code micro-batches of 2,048 tokens with checkpointing}. */
  public String bound() {
    String batches =
        memory.isWhole()
            ? "whole batches"
            : String.format("micro-batches of %,d tokens", memory.microBatchTokens());
    return memory.checkpointed() ? batches + " with activation checkpointing" : batches;
  }

  /**
   * Why it is the one that is taken.
   *
   * @param there the device
   */
  String why(JobSettings settings, ModelConfig config, DeviceMemory there) {
    List<String> rest =
        open(settings, config, settings.computeType(), there).stream()
            .filter(Predicate.not(this::equals))
            .map(plan -> plan.bound() + " " + plan.foretold(there))
            .toList();
    return bound()
        + ": "
        + foretold(there)
        + " foretold for the largest batch, of "
        + mebibytes(there.total())
        + (rest.isEmpty() ? ", as the settings say" : "; " + String.join("; ", rest));
  }

  private String foretold(DeviceMemory there) {
    return mebibytes(forecast.onDevice(there.gpu()));
  }
}
