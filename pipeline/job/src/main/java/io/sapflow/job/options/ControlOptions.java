package io.sapflow.job.options;

import org.apache.flink.configuration.ConfigOption;

/** Whose commands are heard. */
public final class ControlOptions {

  static final OptionGroup GROUP = new OptionGroup("Commands");

  public static final ConfigOption<Boolean> SIGNED =
      GROUP
          .flag("sapflow.control.signed")
          .byDefault(false)
          .says(
              "Whether the job starts only with the key of what steers it in its environment, SAPFLOW_CONTROL_KEY; where the key is there, commands, pairs, prompts, versions and reports that it did not sign are set aside in any case.");

  private ControlOptions() {}
}
