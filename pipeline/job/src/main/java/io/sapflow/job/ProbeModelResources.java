package io.sapflow.job;

import io.sapflow.adapter.AdapterVersions;
import io.sapflow.adapter.PeftAdapter;
import io.sapflow.job.options.ProbeOptions;
import io.sapflow.job.options.TrainingOptions;
import io.sapflow.model.DeviceRequest;
import io.sapflow.model.TaskPlace;
import io.sapflow.probe.ProbeResources;
import io.sapflow.probe.Prober;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.train.ChatPairEncoder;
import java.io.IOException;

/** What probing opens on its TaskManager; the base model is the trainer's if both run there. */
final class ProbeModelResources implements ProbeResources {

  private static final long serialVersionUID = 1;

  private final JobSettings settings;

  ProbeModelResources(JobSettings settings) {
    this.settings = settings;
  }

  @Override
  public Opened open(TaskPlace place) {
    return NoRestart.open(() -> new Loaded(settings, place));
  }

  private static final class Loaded implements Opened {
    private final AdapterVersions versions;
    private final OpenedModel model;
    private final Prober prober;

    Loaded(JobSettings settings, TaskPlace place) {
      DeviceRequest device = TaskDevice.ofProbe(settings, place);
      DeviceFit.ofProbing(settings, device).require();
      versions = StoreFactory.versions(settings);
      int answerTokens = settings.get(ProbeOptions.ANSWER_TOKENS);
      model = OpenedModel.scoring(settings, device);
      prober =
          new Prober(
              model.probeModel(),
              new ChatPairEncoder(model.encoder().encoder()),
              this::weights,
              settings.judges().open(System::getenv),
              settings.promptRotation(),
              answerTokens,
              settings.get(TrainingOptions.SEED));
    }

    private float[] weights(AdapterVersion version) throws IOException {
      return versions.reading(
          version.getAdapterId(),
          version.getVersion(),
          directory -> PeftAdapter.read(directory, model.base().config()).weights());
    }

    @Override
    public Prober prober() {
      return prober;
    }

    @Override
    public void close() {
      model.close();
    }
  }
}
