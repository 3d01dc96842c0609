package io.sapflow.local.run;

import io.sapflow.adapter.PeftAdapter;
import io.sapflow.ingest.ActiveSet;
import io.sapflow.job.JobSettings;
import io.sapflow.job.OpenedModel;
import io.sapflow.job.options.ProbeOptions;
import io.sapflow.job.options.TrainingOptions;
import io.sapflow.probe.ActivePrompts;
import io.sapflow.probe.AdapterWeights;
import io.sapflow.probe.Prober;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.VersionStatus;
import io.sapflow.train.ChatPairEncoder;
import java.util.List;

/** Probes a model, with an adapter or without one, as a job probes its versions. */
public final class OfflineProbe {

  private OfflineProbe() {}

  /**
   * One report.
   *
   * @param settings of which the model, the adapter to start from and the judges are taken
   * @throws io.sapflow.model.ModelException in one line that names what is wrong with which file
   */
  public static ProbeReport run(JobSettings settings, List<ProbePrompt> prompts) {
    try (OpenedModel model = OpenedModel.scoring(settings)) {
      float[] weights =
          settings.startAdapter() == null
              ? new float[model.kernel().layout().size()]
              : PeftAdapter.read(settings.startAdapter(), model.base().config()).weights();
      return prober(settings, model, version -> weights).probe(unnamed(), active(prompts), 0);
    }
  }

  /** Probes as a job does; the judges are opened, the model stays its caller's. */
  static Prober prober(JobSettings settings, OpenedModel model, AdapterWeights weights) {
    return new Prober(
        model.probeModel(),
        new ChatPairEncoder(model.encoder().encoder()),
        weights,
        settings.judges().open(System::getenv),
        settings.promptRotation(),
        settings.get(ProbeOptions.ANSWER_TOKENS),
        settings.get(TrainingOptions.SEED));
  }

  /** The set as a job keeps it, so that its digest is the same. */
  private static ActivePrompts active(List<ProbePrompt> prompts) {
    RecordCodec<ProbePrompt> codec = RecordCodec.of(ProbePrompt.class);
    ActiveSet<ProbePrompt> set = new ActiveSet<>();
    prompts.forEach(prompt -> set.put(prompt.getId(), prompt, codec.encode(prompt)));
    return new ActivePrompts(set.all(), set.digest());
  }

  /** What is probed is no version of any adapter. */
  static AdapterVersion unnamed() {
    return AdapterVersion.newBuilder()
        .setAdapterId("")
        .setVersion("")
        .setGeneration(0)
        .setStep(0)
        .setUpdates(0)
        .setUri("")
        .setSha256("")
        .setStatus(VersionStatus.CANDIDATE)
        .build();
  }
}
