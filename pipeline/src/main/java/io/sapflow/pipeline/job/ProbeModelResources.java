package io.sapflow.pipeline.job;

import io.sapflow.adapter.AdapterVersions;
import io.sapflow.adapter.PeftAdapter;
import io.sapflow.model.BaseModel;
import io.sapflow.model.Kernel;
import io.sapflow.model.KernelOptions;
import io.sapflow.probe.ProbeModel;
import io.sapflow.probe.ProbeResources;
import io.sapflow.probe.Prober;
import io.sapflow.probe.RefusalJudge;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.tokens.ChatEncoder;
import io.sapflow.tokens.ModelTokenizer;
import io.sapflow.train.ChatPairEncoder;
import java.io.IOException;
import java.util.List;
import org.apache.flink.configuration.Configuration;

/** What probing opens on its TaskManager; the base model is the trainer's if both run there. */
final class ProbeModelResources implements ProbeResources {

  private static final long serialVersionUID = 1;

  private final Configuration configuration;

  ProbeModelResources(Configuration configuration) {
    this.configuration = configuration;
  }

  @Override
  public Opened open() {
    return new Loaded(new JobSettings(configuration));
  }

  private static final class Loaded implements Opened {
    private final BaseModel base;
    private final Kernel kernel;
    private final ModelTokenizer tokenizer;
    private final ProbeModel model;
    private final AdapterVersions versions;
    private final Prober prober;

    Loaded(JobSettings settings) {
      base = settings.openModel();
      kernel = base.kernel(settings.lora(), KernelOptions.inference().in(settings.computeType()));
      tokenizer = ModelTokenizer.open(settings.model());
      ChatEncoder encoder = new ChatEncoder(tokenizer, settings.get(SapflowOptions.MAX_TOKENS));
      model = new ProbeModel(kernel, tokenizer, encoder, settings.get(SapflowOptions.PROBE_ROWS));
      versions = settings.versions();
      prober =
          new Prober(
              model,
              new ChatPairEncoder(encoder),
              this::weights,
              List.of(new RefusalJudge()),
              settings.get(SapflowOptions.PROBE_ANSWER_TOKENS));
    }

    private float[] weights(AdapterVersion version) throws IOException {
      return versions.reading(
          version.getAdapterId(),
          version.getVersion(),
          directory -> PeftAdapter.read(directory, base.config()).weights());
    }

    @Override
    public Prober prober() {
      return prober;
    }

    @Override
    public void close() {
      model.close();
      tokenizer.close();
      kernel.close();
      base.close();
    }
  }
}
