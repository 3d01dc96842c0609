package io.sapflow.job.options;

import java.time.Duration;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;

/** How examples become batches. */
public final class BatchingOptions {

  static final OptionGroup GROUP = new OptionGroup("Batches");

  public static final ConfigOption<Integer> WINDOW =
      GROUP
          .whole("sapflow.batch.window")
          .atLeast(1)
          .in("examples")
          .byDefault(80)
          .says("Examples that are sorted by length together.");

  public static final ConfigOption<MemorySize> WINDOW_BYTES =
      GROUP
          .size("sapflow.batch.window-bytes")
          .atLeast(new MemorySize(1))
          .byDefault(MemorySize.ofMebiBytes(8))
          .says(
              "A window is full, too, with the example that brings the bytes of its records (key and signature included) to this, however few they are.");

  public static final ConfigOption<Integer> ROWS =
      GROUP
          .whole("sapflow.batch.rows")
          .atLeast(1)
          .in("examples")
          .byDefault(10)
          .says("The most examples of a batch.");

  public static final ConfigOption<Integer> TOKENS =
      GROUP
          .whole("sapflow.batch.tokens")
          .atLeast(1)
          .in("tokens")
          .byDefault(8192)
          .says(
              "The most tokens of a batch, unless one example alone has more. Padding counts, unless sapflow.batch.least-tokens is given.");

  public static final ConfigOption<Integer> LEAST_TOKENS =
      GROUP
          .whole("sapflow.batch.least-tokens")
          .atLeast(1)
          .in("tokens")
          .says(
              "Where given, batches are cut by tokens alone, however many examples that makes: each has at least so many, unless its window has no more, and at most sapflow.batch.tokens.");

  public static final ConfigOption<Duration> MAX_WAIT =
      GROUP
          .duration("sapflow.batch.max-wait")
          .says(
              "A window that has been open for so long since its first example is trained though it is not full, by a FLUSH of the issuer schedule on the control topic, which is heard with the next checkpoint; by default never, so that no clock has a part in the batches.");

  private BatchingOptions() {}
}
