package io.sapflow.job.options;

import java.time.Duration;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;

/** The optimizer, and what a trainer keeps for rollbacks and pauses. */
public final class TrainingOptions {

  static final OptionGroup GROUP = new OptionGroup("Training");

  public static final ConfigOption<String> METHOD =
      GROUP
          .text("sapflow.train.method")
          .oneOf("sap", "sft", "sap:random", "sap:negated")
          .byDefault("sap")
          .says("sap, or sft for plain fine-tuning.");

  public static final ConfigOption<Double> LEARNING_RATE =
      GROUP
          .number("sapflow.train.learning-rate")
          .above(0)
          .byDefault(1e-3)
          .says("Of the LoRA weights.");

  public static final ConfigOption<Integer> WARMUP =
      GROUP
          .whole("sapflow.train.warmup-updates")
          .atLeast(0)
          .in("updates")
          .byDefault(0)
          .says("Updates over which the learning rate rises.");

  public static final ConfigOption<String> SCHEDULE =
      GROUP
          .text("sapflow.train.schedule")
          .oneOf("constant", "inverse-sqrt", "cosine")
          .byDefault("constant")
          .says(
              "How the learning rate goes on after warm-up: it stays; it stays for sapflow.train.schedule-updates, then falls with the root of the updates; or it falls by half a cosine over so many and begins anew.");

  public static final ConfigOption<Integer> SCHEDULE_UPDATES =
      GROUP
          .whole("sapflow.train.schedule-updates")
          .atLeast(1)
          .in("updates")
          .says(
              "With inverse-sqrt, updates after warm-up before the learning rate falls; with cosine, updates of a cycle. Both need it.");

  public static final ConfigOption<Double> SCHEDULE_FLOOR =
      GROUP
          .number("sapflow.train.schedule-floor")
          .atLeast(0)
          .atMost(1)
          .in("share")
          .byDefault(0.0)
          .says("Share of the learning rate below which inverse-sqrt and cosine do not fall.");

  public static final ConfigOption<Double> MAX_GRADIENT_NORM =
      GROUP
          .number("sapflow.train.max-gradient-norm")
          .atLeast(0)
          .byDefault(1.0)
          .says("The gradient is scaled down to this norm; 0 never.");

  public static final ConfigOption<Double> WEIGHT_DECAY =
      GROUP
          .number("sapflow.train.weight-decay")
          .atLeast(0)
          .byDefault(0.01)
          .says("Decoupled weight decay.");

  public static final ConfigOption<Long> SEED =
      GROUP
          .wholeLong("sapflow.train.seed")
          .byDefault(0L)
          .says("Of fresh adapters, batch order and sampling.");

  public static final ConfigOption<Double> REJECT_PUSH =
      GROUP
          .number("sapflow.train.reject-push")
          .says(
              "An example that pushes toward harm harder than this is set aside untrained; by default none is.");

  public static final ConfigOption<String> MICRO_BATCH_TOKENS =
      GROUP
          .text("sapflow.train.micro-batch-tokens")
          .byDefault("auto")
          .says(
              "The most tokens that go through a pass together, at least 1; gradients of a larger batch are added up in micro-batches of whole rows. none: batches go through whole. auto: whole where the forecast of the largest batch fits the device's memory, else the largest micro-batches that do.");

  public static final ConfigOption<String> ACTIVATION_CHECKPOINTING =
      GROUP
          .text("sapflow.train.activation-checkpointing")
          .oneOf("auto", "on", "off")
          .byDefault("auto")
          .says(
              "Whether a pass keeps each layer's input alone and computes the layer again on the way back. auto: where micro-batches alone do not make the largest batch fit the device's memory.");

  public static final ConfigOption<MemorySize> ROLLBACK_KEEP =
      GROUP
          .size("sapflow.rollback.keep")
          .byDefault(MemorySize.ofMebiBytes(64))
          .says(
              "The most bytes of examples since the last green version that an adapter keeps; the oldest beyond it are held by reference, with size and digest.");

  public static final ConfigOption<MemorySize> ROLLBACK_KEEP_TOTAL =
      GROUP
          .size("sapflow.rollback.keep-total")
          .byDefault(MemorySize.ofMebiBytes(256))
          .says(
              "The same of all adapters of a subtask: each of them keeps at most an equal share of it.");

  public static final ConfigOption<Integer> ROLLBACK_REFERENCES =
      GROUP
          .whole("sapflow.rollback.references")
          .atLeast(1)
          .in("examples")
          .byDefault(100_000)
          .says(
              "The most examples since the last green version that an adapter holds one by one; the oldest beyond it are held by topic, partition and offset alone.");

  public static final ConfigOption<MemorySize> PAUSE_BUFFER =
      GROUP
          .size("sapflow.pause.buffer")
          .byDefault(MemorySize.ofMebiBytes(64))
          .says("The most bytes of examples that wait while an adapter is paused.");

  public static final ConfigOption<MemorySize> AHEAD =
      GROUP
          .size("sapflow.train.ahead")
          .byDefault(MemorySize.ofMebiBytes(64))
          .says(
              "The most bytes of examples that a subtask takes in before it is their adapters' turn; beyond it, input waits.");

  public static final ConfigOption<Duration> HOLD_TIMEOUT =
      GROUP
          .duration("sapflow.train.hold-timeout")
          .atLeast(Duration.ZERO)
          .byDefault(Duration.ofMinutes(5))
          .says(
              "How long an adapter whose version was found harmful is not trained while its rollback has not come, which it does once a checkpoint has completed; then training goes on, with a line in the log. 0 ms never holds.");

  private TrainingOptions() {}
}
