package io.sapflow.job.options;

import org.apache.flink.configuration.ConfigOption;

/** The base model and where it is computed. */
public final class ModelOptions {

  static final OptionGroup GROUP = new OptionGroup("The base model");

  public static final ConfigOption<String> PATH =
      GROUP
          .text("sapflow.model.path")
          .says(
              "Directory of the base model in Hugging Face layout, at the same path on every TaskManager.");

  public static final ConfigOption<String> DEVICE =
      GROUP
          .text("sapflow.model.device")
          .byDefault("auto")
          .says(
              "auto, cpu, cuda or cuda:N. auto and cuda take the GPU that Flink's external resource gives the task, else the first; auto the CPU where there is none.");

  public static final ConfigOption<String> EXTERNAL_RESOURCE =
      GROUP
          .text("sapflow.model.external-resource")
          .byDefault("gpu")
          .says(
              "Flink's external resource (external-resources, external-resource.NAME.amount) whose indices are those of the tasks' GPUs.");

  public static final ConfigOption<String> COMPUTE_TYPE =
      GROUP
          .text("sapflow.model.compute-type")
          .oneOf("float32", "bfloat16")
          .byDefault("float32")
          .says("Type of the base model in memory: float32 or bfloat16.");

  private ModelOptions() {}
}
