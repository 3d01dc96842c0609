package io.sapflow.pipeline.job;

import io.sapflow.model.BaseModel;
import io.sapflow.model.Kernel;
import io.sapflow.model.ModelConfig;
import io.sapflow.schema.SafetyPair;
import io.sapflow.tokens.ChatEncoder;
import io.sapflow.tokens.ChatException;
import io.sapflow.tokens.ModelTokenizer;
import io.sapflow.train.AdapterVersionStore;
import io.sapflow.train.ChatPairEncoder;
import io.sapflow.train.PairEncoder;
import io.sapflow.train.TrainResources;
import io.sapflow.train.VersionStore;
import org.apache.flink.configuration.Configuration;

/** What the trainer opens on its TaskManager, as the job's configuration says. */
final class ModelResources implements TrainResources {

  private static final long serialVersionUID = 1;

  private final Configuration configuration;

  ModelResources(Configuration configuration) {
    this.configuration = configuration;
  }

  @Override
  public Opened open() {
    return new Loaded(new JobSettings(configuration));
  }

  private static final class Loaded implements Opened {
    private final BaseModel base;
    private final Kernel kernel;
    private final VersionStore store;
    private final ModelTokenizer tokenizer;
    private final ChatPairEncoder pairs;

    Loaded(JobSettings settings) {
      tokenizer = ModelTokenizer.open(settings.model());
      tokenizer.check(ModelConfig.read(settings.model()));
      base = settings.openModel();
      kernel =
          base.kernel(
              settings.lora(), settings.kernel(base.config()), settings.loraStart(base.config()));
      store =
          new AdapterVersionStore(
              settings.versions(), kernel.layout(), settings.model().getFileName().toString());
      pairs = new ChatPairEncoder(new ChatEncoder(tokenizer, settings.pairTokens()));
    }

    @Override
    public Kernel kernel() {
      return kernel;
    }

    @Override
    public VersionStore store() {
      return store;
    }

    @Override
    public PairEncoder pairs() {
      return this::encode;
    }

    /** Pairs were encoded once before they came here; one that cannot be now is left out. */
    private io.sapflow.sap.PairBatch.Pair encode(SafetyPair pair) {
      try {
        return pairs.rows(pair);
      } catch (ChatException e) {
        return null;
      }
    }

    @Override
    public String baseModel() {
      return base.digest();
    }

    @Override
    public void close() {
      tokenizer.close();
      kernel.close();
      base.close();
    }
  }
}
