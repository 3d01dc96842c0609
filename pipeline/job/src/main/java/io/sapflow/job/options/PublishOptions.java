package io.sapflow.job.options;

import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;

/** The servers that load what is promoted. */
public final class PublishOptions {

  static final OptionGroup GROUP = new OptionGroup("Serving");

  public static final ConfigOption<List<String>> VLLM_URL =
      GROUP
          .texts("sapflow.publish.vllm.url")
          .says(
              "URLs of vLLM servers, such as http://127.0.0.1:8000, with ; between them, each of which loads every promoted version; by default none. SAPFLOW_VLLM_KEY in the TaskManagers' environment is their key.");

  public static final ConfigOption<String> VLLM_PATH_MAP =
      GROUP
          .text("sapflow.publish.vllm.path-map")
          .says(
              "FROM=TO: what lies below FROM in sapflow.adapter.store, the servers see below TO; by default at the same path.");

  public static final ConfigOption<Duration> VLLM_LOOK =
      GROUP
          .duration("sapflow.publish.vllm.look-interval")
          .atLeast(Duration.ofSeconds(1))
          .byDefault(Duration.ofSeconds(30))
          .says(
              "Time between two looks at what a vLLM server has: one that was restarted is given its adapters again, and what is to be served no more is unloaded.");

  private PublishOptions() {}
}
