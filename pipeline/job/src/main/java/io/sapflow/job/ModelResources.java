package io.sapflow.job;

import io.sapflow.adapter.AdapterVersions;
import io.sapflow.adapter.StartWeights;
import io.sapflow.adapter.VersionFiles;
import io.sapflow.adapter.VersionRetention;
import io.sapflow.model.DeviceRequest;
import io.sapflow.model.Kernel;
import io.sapflow.model.ModelConfig;
import io.sapflow.model.TaskPlace;
import io.sapflow.sap.PairBatch;
import io.sapflow.schema.SafetyPair;
import io.sapflow.tokens.ChatException;
import io.sapflow.train.AdapterVersionStore;
import io.sapflow.train.ChatPairEncoder;
import io.sapflow.train.PairEncoder;
import io.sapflow.train.TrainResources;
import io.sapflow.train.VersionStore;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the trainer opens on its TaskManager, as the job's settings say. */
final class ModelResources implements TrainResources {

  private static final Logger LOG = LoggerFactory.getLogger(ModelResources.class);

  private static final long serialVersionUID = 1;

  private final JobSettings settings;

  ModelResources(JobSettings settings) {
    this.settings = settings;
  }

  @Override
  public Opened open(TaskPlace place, boolean restored) {
    return NoRestart.open(() -> new Loaded(settings, place, restored));
  }

  private static final class Loaded implements Opened {
    private final OpenedModel model;
    private final VersionStore store;
    private final VersionRetention retention;
    private final ChatPairEncoder pairs;

    Loaded(JobSettings settings, TaskPlace place, boolean restored) {
      DeviceRequest device = TaskDevice.ofTrainer(settings, place);
      DeviceFit fit = DeviceFit.ofTraining(settings, device);
      fit.require();
      if (fit.isTight()) {
        LOG.warn("{}: {}, expected {}", DeviceRequest.KEY, fit.words(), DeviceFit.LESS);
      }
      ModelConfig config = ModelConfig.read(settings.model());
      MemoryPlan plan = MemoryPlan.of(settings, config, fit.there());
      LOG.info("training in {}", plan.why(settings, config, fit.there()));
      VersionFiles files = new Writers(settings).open();
      AdapterVersions versions = new AdapterVersions(files);
      retention = StoreFactory.retention(settings, files);
      String name = settings.model().getFileName().toString();
      model = OpenedModel.training(settings, device, start(settings, restored));
      store = new AdapterVersionStore(versions, model.kernel().layout(), name);
      pairs = new ChatPairEncoder(model.encoder().encoder(settings.pairTokens()));
    }

    /** A job that begins reads it at once; one that goes on, only if an adapter is new. */
    private static Supplier<float[]> start(JobSettings settings, boolean restored) {
      StartWeights start = ModelFactory.start(settings);
      if (start == null) {
        return null;
      }
      if (!restored) {
        start.read();
      }
      return () -> NoRestart.open(start);
    }

    @Override
    public Kernel kernel() {
      return model.kernel();
    }

    @Override
    public VersionStore store() {
      return store;
    }

    @Override
    public VersionRetention retention() {
      return retention;
    }

    @Override
    public PairEncoder pairs() {
      return this::encode;
    }

    /** Pairs were encoded once before they came here; one that cannot be now is left out. */
    private PairBatch.Pair encode(SafetyPair pair) {
      try {
        return pairs.rows(pair);
      } catch (ChatException e) {
        return null;
      }
    }

    @Override
    public String baseModel() {
      return model.base().digest();
    }

    @Override
    public void close() {
      model.close();
    }
  }
}
