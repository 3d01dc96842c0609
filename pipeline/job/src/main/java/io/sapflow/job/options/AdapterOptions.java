package io.sapflow.job.options;

import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;

/** The store of adapter versions and the memory of live adapters. */
public final class AdapterOptions {

  static final OptionGroup GROUP = new OptionGroup("Adapters");

  public static final ConfigOption<String> STORE =
      GROUP
          .text("sapflow.adapter.store")
          .says("Directory of the adapter versions, on any file system that Flink knows.");

  public static final ConfigOption<Integer> VERSION_UPDATES =
      GROUP
          .whole("sapflow.adapter.version-updates")
          .atLeast(1)
          .in("updates")
          .byDefault(50)
          .says("Updates from one version to the next.");

  public static final ConfigOption<Integer> ADAPTER_KEEP =
      GROUP
          .whole("sapflow.adapter.keep")
          .atLeast(1)
          .in("versions")
          .byDefault(20)
          .says(
              "How many of the newest versions of each adapter stay in the store and may be rolled back to, beside the promoted one; what retained checkpoints and savepoints need stays as well.");

  public static final ConfigOption<MemorySize> LIVE_BYTES =
      GROUP
          .size("sapflow.adapter.live-bytes")
          .atLeast(new MemorySize(1))
          .byDefault(MemorySize.parse("4 gb"))
          .says(
              "The most native memory of one subtask's adapters (weights, moments, hidden probe); beyond it the least recently used wait in state.");

  public static final ConfigOption<MemorySize> HEAP_BYTES =
      GROUP
          .size("sapflow.adapter.heap-bytes")
          .atLeast(new MemorySize(1))
          .byDefault(MemorySize.ofMebiBytes(256))
          .says(
              "The most heap of the examples that one subtask's adapters hold beside state, of each of them at most some MiB; beyond it the least recently used wait in state.");

  public static final ConfigOption<Duration> IDLE_EVICTION =
      GROUP
          .duration("sapflow.adapter.idle-eviction")
          .atLeast(Duration.ZERO)
          .byDefault(Duration.ofMinutes(10))
          .says(
              "An adapter that no record has used for this long leaves native memory at the next checkpoint.");

  public static final ConfigOption<List<String>> ADAPTERS_ALLOW =
      GROUP
          .texts("sapflow.adapters.allow")
          .says("Adapters that records may create; by default any.");

  public static final ConfigOption<Integer> ADAPTERS_MAX =
      GROUP
          .whole("sapflow.adapters.max")
          .atLeast(1)
          .in("adapters")
          .byDefault(64)
          .says(
              "The most adapters of a job: each subtask trains its share, rounded up, and examples of further ones are set aside; where sapflow.adapters.allow lists ids, those are all.");

  private AdapterOptions() {}
}
