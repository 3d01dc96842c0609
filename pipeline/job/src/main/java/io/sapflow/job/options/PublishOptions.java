package io.sapflow.job.options;

import org.apache.flink.configuration.ConfigOption;

/** The server that loads what is promoted. */
public final class PublishOptions {

  static final OptionGroup GROUP = new OptionGroup("Serving");

  public static final ConfigOption<String> VLLM_URL =
      GROUP
          .text("sapflow.publish.vllm.url")
          .says(
              "URL of a vLLM server that loads each promoted version, such as http://127.0.0.1:8000; by default none. SAPFLOW_VLLM_KEY in the TaskManagers' environment is its key.");

  public static final ConfigOption<String> VLLM_PATH_MAP =
      GROUP
          .text("sapflow.publish.vllm.path-map")
          .says(
              "FROM=TO: what lies below FROM in sapflow.adapter.store, the server sees below TO; by default at the same path.");

  private PublishOptions() {}
}
