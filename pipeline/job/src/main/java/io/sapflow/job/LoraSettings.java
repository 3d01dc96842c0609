package io.sapflow.job;

import io.sapflow.job.options.LoraOptions;
import io.sapflow.model.LoraSpec;
import io.sapflow.model.LoraTarget;
import java.util.EnumSet;
import java.util.Set;

/** What fresh adapters adapt, as a job's settings say. */
final class LoraSettings {

  private final JobSettings settings;

  LoraSettings(JobSettings settings) {
    this.settings = settings;
  }

  /** Adapters that start from PEFT's initialisation. */
  LoraSpec fresh() {
    Set<LoraTarget> targets = EnumSet.noneOf(LoraTarget.class);
    for (String module : settings.get(LoraOptions.TARGETS)) {
      targets.add(LoraTarget.ofModule(module).orElseThrow());
    }
    return new LoraSpec(
        settings.get(LoraOptions.RANK),
        settings.get(LoraOptions.ALPHA),
        settings.get(LoraOptions.RS),
        targets);
  }
}
