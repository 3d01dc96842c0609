package io.sapflow.ops.models;

import io.sapflow.job.JobSettings;
import io.sapflow.job.options.BatchingOptions;
import io.sapflow.job.options.ModelOptions;
import io.sapflow.job.options.SafetyOptions;
import io.sapflow.job.options.TrainingOptions;
import io.sapflow.model.AdapterState;
import io.sapflow.model.BaseModel;
import io.sapflow.model.DeviceRequest;
import io.sapflow.model.Kernel;
import io.sapflow.model.KernelPass;
import io.sapflow.model.TokenBatch;
import io.sapflow.sap.SapStep;
import io.sapflow.sap.StepOutcome;
import io.sapflow.tokens.EndTokens;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A short training on random tokens, to see that a model loads, trains and generates on this
 * machine, how long that takes and how much memory.
 *
 * @param loadSeconds time to load the base
 * @param stepSeconds time of each step
 * @param losses task loss of each step
 * @param generateSeconds time to generate
 * @param generated how many tokens were generated
 */
public record Trial(
    double loadSeconds,
    List<Double> stepSeconds,
    List<Double> losses,
    double generateSeconds,
    int generated) {

  private static final int PROMPT = 8;
  private static final int ROOM = 16;

  /**
   * Runs it.
   *
   * @param length tokens of each row
   */
  public static Trial run(Path directory, JobSettings settings, int length, int steps) {
    long start = System.nanoTime();
    try (BaseModel base =
            BaseModel.open(directory, settings.computeType(), settings.get(ModelOptions.DEVICE));
        Kernel kernel =
            base.kernel(
                settings.lora(),
                settings.kernel(
                    base.config(), DeviceRequest.of(settings.get(ModelOptions.DEVICE))));
        AdapterState state = AdapterState.fresh(kernel, settings.get(TrainingOptions.SEED))) {
      double loaded = seconds(start);
      RandomRows rows =
          new RandomRows(
              base.config().vocabSize(), length, new SplittableRandom(settings.train().seed()));
      List<Double> times = new ArrayList<>();
      List<Double> losses = new ArrayList<>();
      SapStep step = new SapStep(settings.train().sap());
      for (int i = 0; i < steps; i++) {
        long from = System.nanoTime();
        try (KernelPass pass = kernel.pass()) {
          StepOutcome outcome =
              step.run(
                  pass,
                  state,
                  TokenBatch.of(rows.rows(settings.get(BatchingOptions.ROWS))),
                  () -> rows.pairs(settings.get(SafetyOptions.PAIRS)));
          losses.add(outcome.taskLoss());
        }
        times.add(seconds(from));
      }
      long from = System.nanoTime();
      try (KernelPass pass = kernel.pass()) {
        int[] answer =
            pass.generate(
                    List.of(rows.prompt(PROMPT)), ROOM, EndTokens.read(directory), state.weights())
                .get(0)
                .tokens();
        return new Trial(loaded, times, losses, seconds(from), answer.length);
      }
    }
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }
}
