package io.sapflow.pipeline.job;

import io.sapflow.adapter.AdapterVersions;
import io.sapflow.adapter.PeftAdapter;
import io.sapflow.alert.AlertRule;
import io.sapflow.batch.BatchOptions;
import io.sapflow.gate.GateLimits;
import io.sapflow.ingest.AdapterPolicy;
import io.sapflow.model.BaseModel;
import io.sapflow.model.ComputeType;
import io.sapflow.model.KernelOptions;
import io.sapflow.model.LoraSpec;
import io.sapflow.model.LoraTarget;
import io.sapflow.model.ModelConfig;
import io.sapflow.sap.AdamW;
import io.sapflow.sap.SapOptions;
import io.sapflow.train.TrainOptions;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;

/**
 * A job's configuration as the settings of its parts; impossible values are refused by the parts'
 * own checks.
 */
public final class JobSettings {

  private final Configuration configuration;

  /** Reads a configuration. */
  public JobSettings(Configuration configuration) {
    this.configuration = configuration;
  }

  /** The configuration itself. */
  public Configuration configuration() {
    return configuration;
  }

  /** A value, refused if it is missing. */
  public <T> T get(ConfigOption<T> option) {
    T value;
    try {
      value = configuration.get(option);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          option.key()
              + ": found "
              + configuration.getString(option.key(), "")
              + ", expected "
              + words(option));
    }
    if (value == null) {
      throw new IllegalArgumentException(option.key() + ": is missing, expected " + words(option));
    }
    return value;
  }

  private static String words(ConfigOption<?> option) {
    return ConfigFile.description(option);
  }

  /** How adapters are trained. */
  public TrainOptions train() {
    long seed = get(SapflowOptions.SEED);
    SapOptions sap =
        new SapOptions(
            method(),
            get(SapflowOptions.LEARNING_RATE),
            get(SapflowOptions.WARMUP),
            get(SapflowOptions.MAX_GRADIENT_NORM),
            get(SapflowOptions.PROBE_LEARNING_RATE),
            get(SapflowOptions.PERTURBATION),
            get(SapflowOptions.DIRECTION_REFRESH),
            get(SapflowOptions.PROBE_REFRESH),
            new AdamW(0.9, 0.999, 1e-8, get(SapflowOptions.WEIGHT_DECAY)));
    BatchOptions batch =
        new BatchOptions(
            get(SapflowOptions.WINDOW),
            get(SapflowOptions.ROWS),
            get(SapflowOptions.BATCH_TOKENS),
            get(SapflowOptions.REPLAY_SHARE),
            get(SapflowOptions.PAIRS),
            seed);
    return new TrainOptions(
        sap,
        batch,
        get(SapflowOptions.VERSION_UPDATES),
        get(SapflowOptions.ROLLBACK_KEEP).getBytes(),
        get(SapflowOptions.PAUSE_BUFFER).getBytes(),
        seed);
  }

  private SapOptions.Method method() {
    String name = get(SapflowOptions.METHOD);
    return Arrays.stream(SapOptions.Method.values())
        .filter(method -> method.name().equals(name.toUpperCase(Locale.ROOT).replace(':', '_')))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    SapflowOptions.METHOD.key()
                        + ": found "
                        + name
                        + ", expected sap, sft, sap:random or sap:negated"));
  }

  /** What adapters adapt: as the adapter to start from, or as the settings say. */
  public LoraSpec lora() {
    return startsFromAdapter()
        ? PeftAdapter.spec(Path.of(get(SapflowOptions.LORA_FROM)))
        : freshLora();
  }

  private boolean startsFromAdapter() {
    return configuration.get(SapflowOptions.LORA_FROM) != null;
  }

  /** The LoRA vector that fresh adapters start from; null for PEFT's initialisation. */
  public float[] loraStart(ModelConfig model) {
    return startsFromAdapter()
        ? PeftAdapter.read(Path.of(get(SapflowOptions.LORA_FROM)), model).weights()
        : null;
  }

  private LoraSpec freshLora() {
    Set<LoraTarget> targets = EnumSet.noneOf(LoraTarget.class);
    for (String module : get(SapflowOptions.LORA_TARGETS)) {
      targets.add(
          LoraTarget.ofModule(module)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          SapflowOptions.LORA_TARGETS.key()
                              + ": found "
                              + module
                              + ", expected any of "
                              + Arrays.stream(LoraTarget.values())
                                  .map(LoraTarget::module)
                                  .collect(Collectors.joining(", ")))));
    }
    return new LoraSpec(
        get(SapflowOptions.LORA_RANK),
        get(SapflowOptions.LORA_ALPHA),
        get(SapflowOptions.LORA_RS),
        targets);
  }

  /** What the training kernel is made for. */
  public KernelOptions kernel(ModelConfig model) {
    List<Integer> layers = configuration.get(SapflowOptions.PROBE_LAYERS);
    int[] probed =
        layers == null
            ? new int[] {model.layers() / 6, model.layers() / 2}
            : layers.stream().mapToInt(Integer::intValue).toArray();
    for (int layer : probed) {
      if (layer < 0 || layer >= model.layers()) {
        String key = SapflowOptions.PROBE_LAYERS.key();
        String found = configuration.getString(key, "");
        String preset = get(SapflowOptions.PRESET);
        throw new IllegalArgumentException(
            key
                + ": found "
                + found
                + (found.equals(Presets.values(preset).get(key))
                    ? ", of sapflow.preset " + preset
                    : "")
                + ", but the model has "
                + model.layers()
                + " layers, expected 0 to "
                + (model.layers() - 1));
      }
    }
    return KernelOptions.training(probed, get(SapflowOptions.TEMPERATURE)).in(computeType());
  }

  /** The most tokens of a safety pair's prompt with one answer. */
  public int pairTokens() {
    return get(
        configuration.contains(SapflowOptions.PAIR_TOKENS)
            ? SapflowOptions.PAIR_TOKENS
            : SapflowOptions.MAX_TOKENS);
  }

  /** The type of the base model in memory and of most passes. */
  public ComputeType computeType() {
    String name = get(SapflowOptions.COMPUTE_TYPE);
    return ComputeType.ofBase(name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    SapflowOptions.COMPUTE_TYPE.key()
                        + ": found "
                        + name
                        + ", expected float32 or bfloat16"));
  }

  /** Which adapters records may create. */
  public AdapterPolicy adapters() {
    List<String> allowed = configuration.get(SapflowOptions.ADAPTERS_ALLOW);
    return new AdapterPolicy(
        allowed == null ? Set.of() : new LinkedHashSet<>(allowed),
        get(SapflowOptions.ADAPTERS_MAX));
  }

  /** What versions are held to. */
  public GateLimits gate() {
    return new GateLimits(
        get(SapflowOptions.GATE_MODE),
        get(SapflowOptions.GATE_HARMFUL_SCORE),
        get(SapflowOptions.GATE_OVER_REFUSAL_RISE),
        new GateLimits.SourceLimits(
            get(SapflowOptions.GATE_SOURCE_EXAMPLES), get(SapflowOptions.GATE_SOURCE_DEVIATIONS)));
  }

  /** When the alert on the harmful score fires. */
  public AlertRule harmfulScoreAlert() {
    return AlertRule.harmfulScore(
        get(SapflowOptions.ALERT_THRESHOLD),
        get(SapflowOptions.ALERT_HYSTERESIS),
        get(SapflowOptions.ALERT_FOR));
  }

  /** Opens the base model, or shares the one that is open in this process. */
  public BaseModel openModel() {
    return BaseModel.open(model(), computeType(), get(SapflowOptions.DEVICE));
  }

  /** The store of adapter versions. */
  public AdapterVersions versions() {
    return new AdapterVersions(new FlinkVersionFiles(get(SapflowOptions.STORE)));
  }

  /** The model's directory. */
  public Path model() {
    return Path.of(get(SapflowOptions.MODEL));
  }
}
