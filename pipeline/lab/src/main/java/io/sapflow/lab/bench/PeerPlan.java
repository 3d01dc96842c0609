package io.sapflow.lab.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.model.KernelOptions;
import io.sapflow.model.LoraSpec;
import io.sapflow.model.LoraTarget;
import io.sapflow.model.ModelConfig;
import io.sapflow.sap.AdamW;
import io.sapflow.sap.SapOptions;
import java.util.List;
import java.util.Locale;

/**
 * The bench's own plan as JSON: all that a program in another language needs to run the same work,
 * so that its times can stand beside the bench's. What the keys mean is in docs/performance.md.
 */
public final class PeerPlan {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int FORMAT = 1;

  private final BenchSettings settings;
  private final ModelConfig config;
  private final boolean gpu;
  private final KernelOptions kernel;

  private PeerPlan(BenchSettings settings, ModelConfig config, boolean gpu) {
    this.settings = settings;
    this.config = config;
    this.gpu = gpu;
    this.kernel = settings.job().kernel(config);
  }

  /** The plan of a bench on its own device. */
  public static ObjectNode of(BenchSettings settings, ModelConfig config) {
    return of(settings, config, settings.onGpu());
  }

  /** The same on a GPU, or not: there the probe's gradient is found in another way by default. */
  static ObjectNode of(BenchSettings settings, ModelConfig config, boolean gpu) {
    return new PeerPlan(settings, config, gpu).node();
  }

  private ObjectNode node() {
    ObjectNode root = JSON.createObjectNode();
    root.put("format", FORMAT);
    root.put("device", gpu ? "cuda" : "cpu");
    root.put("model", settings.model());
    root.put("lengths", settings.lengths());
    root.set("config", JSON.valueToTree(config));
    root.set("lora", lora(settings.job().lora()));
    root.putObject("types")
        .put("stored", word(settings.job().computeType()))
        .put("activations", word(kernel.compute()))
        .put("probePasses", word(kernel.passes()));
    root.putObject("probe")
        .put("relative", kernel.hiddenProbeRelative())
        .put("perturbation", sap().perturbation())
        .put("temperature", kernel.temperature())
        .set("layers", JSON.valueToTree(kernel.hiddenProbeLayers()));
    root.set("optimizer", optimizer());
    root.putObject("limits")
        .put("examples", settings.limits().examples())
        .put("pairs", settings.limits().pairs());
    ObjectNode arrangements = root.putObject("arrangements");
    for (Arrangement arrangement : Arrangement.values()) {
      arrangements.set(
          arrangement.key(), new PeerArrangement(arrangement, settings, config, gpu).node());
    }
    ArrayNode seeds = root.putArray("work");
    for (int seed = 0; seed < settings.seeds(); seed++) {
      ArrayNode batches =
          seeds
              .addObject()
              .put("seed", settings.job().train().batch().seed() + seed)
              .putArray("batches");
      for (Work work : settings.work(seed, config.vocabSize())) {
        batches.add(PeerRows.of(work));
      }
    }
    return root;
  }

  private SapOptions sap() {
    return settings.job().train().sap();
  }

  private static ObjectNode lora(LoraSpec lora) {
    ObjectNode node =
        JSON.createObjectNode()
            .put("rank", lora.rank())
            .put("alpha", lora.alpha())
            .put("rsLora", lora.rsLora())
            .put("scale", lora.scaling());
    List<String> modules = lora.targets().stream().map(LoraTarget::path).toList();
    node.set("modules", JSON.valueToTree(modules));
    return node;
  }

  private ObjectNode optimizer() {
    AdamW adamW = sap().adamW();
    return JSON.createObjectNode()
        .put("name", "AdamW")
        .put("learningRate", sap().learningRate())
        .put("warmupUpdates", sap().warmupUpdates())
        .put("maxGradientNorm", sap().maxGradientNorm())
        .put("probeLearningRate", sap().hiddenProbeLearningRate())
        .put("beta1", adamW.beta1())
        .put("beta2", adamW.beta2())
        .put("epsilon", adamW.epsilon())
        .put("weightDecay", adamW.weightDecay())
        .put("schedule", word(sap().schedule().shape()))
        .put("scheduleUpdates", sap().schedule().updates())
        .put("scheduleFloor", sap().schedule().floor())
        .put("seed", settings.job().train().seed());
  }

  /** A constant as options spell it. */
  static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
