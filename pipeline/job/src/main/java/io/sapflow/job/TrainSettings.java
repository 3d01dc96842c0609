package io.sapflow.job;

import io.sapflow.batch.BatchOptions;
import io.sapflow.job.options.AdapterOptions;
import io.sapflow.job.options.BatchingOptions;
import io.sapflow.job.options.ProbeOptions;
import io.sapflow.job.options.SafetyOptions;
import io.sapflow.job.options.TrainingOptions;
import io.sapflow.model.ProbeGradient;
import io.sapflow.sap.AdamW;
import io.sapflow.sap.LearningRateSchedule;
import io.sapflow.sap.SapOptions;
import io.sapflow.train.EarlyProbe;
import io.sapflow.train.HeldLimits;
import io.sapflow.train.LiveLimits;
import io.sapflow.train.TrainOptions;
import java.util.Locale;
import org.apache.flink.configuration.ConfigOption;

/** How a job trains, as its settings say. */
final class TrainSettings {

  private final JobSettings settings;

  TrainSettings(JobSettings settings) {
    this.settings = settings;
  }

  /** Reads them. */
  TrainOptions read() {
    long seed = settings.get(TrainingOptions.SEED);
    SapOptions sap =
        new SapOptions(
            constant(SapOptions.Method.class, TrainingOptions.METHOD),
            settings.get(TrainingOptions.LEARNING_RATE),
            settings.get(TrainingOptions.WARMUP),
            schedule(),
            settings.get(TrainingOptions.MAX_GRADIENT_NORM),
            settings.get(SafetyOptions.PROBE_LEARNING_RATE),
            settings.get(SafetyOptions.PERTURBATION),
            settings.get(SafetyOptions.DIRECTION_REFRESH),
            settings.get(SafetyOptions.PROBE_REFRESH),
            new AdamW(0.9, 0.999, 1e-8, settings.get(TrainingOptions.WEIGHT_DECAY)),
            constant(ProbeGradient.class, SafetyOptions.PROBE_GRADIENT),
            settings.get(SafetyOptions.PROBE_ROWS),
            constant(SapOptions.Pushes.class, SafetyOptions.PUSHES));
    Integer least = settings.find(BatchingOptions.LEAST_TOKENS);
    BatchOptions batch =
        new BatchOptions(
            settings.get(BatchingOptions.WINDOW),
            settings.get(BatchingOptions.WINDOW_BYTES).getBytes(),
            settings.get(BatchingOptions.ROWS),
            least == null ? 0 : least,
            settings.get(BatchingOptions.TOKENS),
            settings.get(SafetyOptions.REPLAY_SHARE),
            settings.get(SafetyOptions.PAIRS),
            seed);
    return new TrainOptions(
        sap,
        batch,
        limit(TrainingOptions.REJECT_PUSH),
        settings.get(AdapterOptions.VERSION_UPDATES),
        settings.get(AdapterOptions.ADAPTER_KEEP),
        early(),
        new HeldLimits(
            settings.get(TrainingOptions.ROLLBACK_KEEP).getBytes(),
            settings.get(TrainingOptions.ROLLBACK_KEEP_TOTAL).getBytes(),
            settings.get(TrainingOptions.ROLLBACK_REFERENCES),
            settings.get(TrainingOptions.PAUSE_BUFFER).getBytes()),
        seed,
        new LiveLimits(
            settings.get(AdapterOptions.LIVE_BYTES).getBytes(),
            settings.get(AdapterOptions.HEAP_BYTES).getBytes(),
            settings.get(AdapterOptions.IDLE_EVICTION)));
  }

  private LearningRateSchedule schedule() {
    Integer updates = settings.find(TrainingOptions.SCHEDULE_UPDATES);
    return new LearningRateSchedule(
        constant(LearningRateSchedule.Shape.class, TrainingOptions.SCHEDULE),
        updates == null ? 0 : updates,
        settings.get(TrainingOptions.SCHEDULE_FLOOR));
  }

  private EarlyProbe early() {
    return new EarlyProbe(
        limit(ProbeOptions.EARLY_ALIGNMENT),
        limit(ProbeOptions.EARLY_PUSH),
        limit(ProbeOptions.EARLY_SAFETY_LOSS),
        settings.get(ProbeOptions.EARLY_LEAST_UPDATES));
  }

  private double limit(ConfigOption<Double> option) {
    Double limit = settings.find(option);
    return limit == null ? Double.POSITIVE_INFINITY : limit;
  }

  /** The constant that an option's word stands for, such as EVERY_STEP for every-step. */
  private <E extends Enum<E>> E constant(Class<E> type, ConfigOption<String> option) {
    return Enum.valueOf(
        type, settings.get(option).toUpperCase(Locale.ROOT).replaceAll("[-:]", "_"));
  }
}
