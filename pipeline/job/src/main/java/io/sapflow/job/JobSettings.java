package io.sapflow.job;

import io.sapflow.adapter.AdapterVersions;
import io.sapflow.adapter.PeftAdapter;
import io.sapflow.adapter.StartWeights;
import io.sapflow.alert.AlertRule;
import io.sapflow.batch.BatchOptions;
import io.sapflow.control.CommandSignature;
import io.sapflow.gate.GateLimits;
import io.sapflow.gate.GatePolicy;
import io.sapflow.ingest.AdapterPolicy;
import io.sapflow.ingest.EnvelopeLimits;
import io.sapflow.ingest.IngestLimits;
import io.sapflow.ingest.SourceBindings;
import io.sapflow.ingest.SourcePolicy;
import io.sapflow.model.BaseModel;
import io.sapflow.model.ComputeType;
import io.sapflow.model.KernelOptions;
import io.sapflow.model.LoraSpec;
import io.sapflow.model.LoraTarget;
import io.sapflow.model.ModelConfig;
import io.sapflow.probe.PromptRotation;
import io.sapflow.sap.AdamW;
import io.sapflow.sap.SapOptions;
import io.sapflow.tokens.ModelEncoder;
import io.sapflow.train.EarlyProbe;
import io.sapflow.train.LiveLimits;
import io.sapflow.train.TrainOptions;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;

/**
 * A job's configuration as the settings of its parts. Values of another type or out of their range
 * are refused when they are read, what is impossible together by the parts' own checks.
 */
public final class JobSettings implements Serializable {

  private static final long serialVersionUID = 1;
  private static final Pattern JOB_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  private final Configuration configuration;
  private final LoraSpec startSpec;

  /** Reads a configuration. */
  public JobSettings(Configuration configuration) {
    this(configuration, null);
  }

  private JobSettings(Configuration configuration, LoraSpec startSpec) {
    this.configuration = configuration;
    this.startSpec = startSpec;
  }

  /** The configuration itself. */
  public Configuration configuration() {
    return configuration;
  }

  /**
   * A value.
   *
   * @throws IllegalArgumentException if it is missing or not of the option's type and range
   */
  public <T> T get(ConfigOption<T> option) {
    T value = OptionReader.read(configuration, option);
    if (value == null) {
      throw new IllegalArgumentException(
          option.key() + ": is missing, expected " + OptionReader.expected(option));
    }
    return value;
  }

  /**
   * A value; null if it is missing.
   *
   * @throws IllegalArgumentException if it is not of the option's type and range
   */
  <T> T find(ConfigOption<T> option) {
    return OptionReader.read(configuration, option);
  }

  /**
   * Checks every value by itself.
   *
   * @throws IllegalArgumentException naming the key, what was found and what is expected
   */
  public void check() {
    ConfigFile.known().values().forEach(option -> OptionReader.read(configuration, option));
    jobName();
    CheckpointRules.check(this);
    train();
    gate();
    adapters();
    alerts();
    judges().check();
    outside().check();
    sources();
    ingest();
    computeType();
    freshLora();
  }

  /** The job's name, which names a directory as well. */
  public String jobName() {
    String name = get(SapflowOptions.JOB_NAME);
    if (!JOB_NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          SapflowOptions.JOB_NAME.key()
              + ": found "
              + name
              + ", expected at most 100 letters, digits, '.', '_' and '-', beginning with a letter"
              + " or digit, because it names a directory");
    }
    return name;
  }

  /** What the transactional ids of the sinks begin with. */
  public String transactionalIdPrefix() {
    String prefix = OptionReader.read(configuration, SapflowOptions.TRANSACTIONAL_ID_PREFIX);
    return prefix == null ? "sapflow-" + jobName() : prefix;
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
        limit(SapflowOptions.REJECT_PUSH),
        get(SapflowOptions.VERSION_UPDATES),
        early(),
        get(SapflowOptions.ROLLBACK_KEEP).getBytes(),
        get(SapflowOptions.PAUSE_BUFFER).getBytes(),
        seed,
        new LiveLimits(
            get(SapflowOptions.LIVE_BYTES).getBytes(), get(SapflowOptions.IDLE_EVICTION)));
  }

  private EarlyProbe early() {
    return new EarlyProbe(
        limit(SapflowOptions.EARLY_ALIGNMENT),
        limit(SapflowOptions.EARLY_PUSH),
        limit(SapflowOptions.EARLY_SAFETY_LOSS),
        get(SapflowOptions.EARLY_LEAST_UPDATES));
  }

  private double limit(ConfigOption<Double> option) {
    Double limit = OptionReader.read(configuration, option);
    return limit == null ? Double.POSITIVE_INFINITY : limit;
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
    if (startSpec != null) {
      return startSpec;
    }
    return startAdapter() == null ? freshLora() : PeftAdapter.spec(startAdapter());
  }

  /** Directory of the PEFT adapter that fresh adapters start from; null for none. */
  public Path startAdapter() {
    String from = OptionReader.read(configuration, SapflowOptions.LORA_FROM);
    return from == null ? null : Path.of(from);
  }

  /** The LoRA vector that fresh adapters start from; null for PEFT's initialisation. */
  public StartWeights start() {
    return startAdapter() == null
        ? null
        : new StartWeights(startAdapter(), ModelConfig.read(model()));
  }

  /**
   * The same settings, knowing what the adapter to start from adapts: they do not need its
   * directory for that any more. Where this machine does not have the directory, they stay as they
   * are.
   */
  public JobSettings withStartSpec() {
    return startAdapter() == null || !Files.exists(startAdapter())
        ? this
        : new JobSettings(configuration, PeftAdapter.spec(startAdapter()));
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
    List<Integer> layers = OptionReader.read(configuration, SapflowOptions.PROBE_LAYERS);
    int[] probed =
        layers == null
            ? KernelOptions.defaultProbeLayers(model.layers())
            : layers.stream().mapToInt(Integer::intValue).toArray();
    return KernelOptions.training(probed, get(SapflowOptions.TEMPERATURE))
        .hiddenProbeRelative(get(SapflowOptions.PROBE_RELATIVE))
        .in(computeType());
  }

  /** The most tokens of a safety pair's prompt with one answer. */
  public int pairTokens() {
    Integer tokens = OptionReader.read(configuration, SapflowOptions.PAIR_TOKENS);
    return tokens == null ? get(SapflowOptions.MAX_TOKENS) : tokens;
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

  /**
   * What records are held to as they come.
   *
   * @throws IllegalArgumentException naming the key, what was found and what is expected
   */
  public IngestLimits ingest() {
    long bytes = get(SapflowOptions.MAX_RECORD_BYTES).getBytes();
    if (bytes < 1 << 10 || bytes > 8 << 20) {
      throw new IllegalArgumentException(
          SapflowOptions.MAX_RECORD_BYTES.key()
              + ": found "
              + bytes
              + " bytes, expected 1 kb to 8 mb");
    }
    IngestLimits usual = IngestLimits.DEFAULT;
    return new IngestLimits(
        usual.turns(),
        usual.contentChars(),
        usual.idChars(),
        get(SapflowOptions.MAX_ATTRIBUTES),
        get(SapflowOptions.MAX_ATTRIBUTE_CHARS),
        new EnvelopeLimits(
            (int) bytes,
            get(SapflowOptions.MAX_KEY_BYTES),
            get(SapflowOptions.MAX_HEADERS),
            get(SapflowOptions.MAX_HEADER_BYTES)));
  }

  /** Which adapters records may create. */
  public AdapterPolicy adapters() {
    List<String> allowed = OptionReader.read(configuration, SapflowOptions.ADAPTERS_ALLOW);
    return new AdapterPolicy(
        allowed == null ? Set.of() : new LinkedHashSet<>(allowed),
        get(SapflowOptions.ADAPTERS_MAX));
  }

  /** What proves a source. */
  public SourcePolicy sources() {
    Map<String, String> topics = OptionReader.read(configuration, SapflowOptions.SOURCES_TOPICS);
    List<String> keys = OptionReader.read(configuration, SapflowOptions.SOURCES_KEYS);
    return new SourcePolicy(
        topics == null ? Map.of() : topics, keys == null ? Set.of() : new LinkedHashSet<>(keys));
  }

  /** The bindings of sources, with the keys in this process's environment. */
  SourceBindings openSources() {
    return new SourceBindings(sources(), System.getenv());
  }

  /** The key of commands in this process's environment, if there is one. */
  Optional<CommandSignature> openControlKey() {
    return CommandSignature.of(System.getenv(), get(SapflowOptions.CONTROL_SIGNED));
  }

  /** What versions are held to. */
  public GateLimits gate() {
    return new GateLimits(
        get(SapflowOptions.GATE_MODE),
        get(SapflowOptions.GATE_HARMFUL_SCORE),
        get(SapflowOptions.GATE_OVER_REFUSAL_RISE),
        new GateLimits.SourceLimits(
            get(SapflowOptions.GATE_SOURCE_EXAMPLES), get(SapflowOptions.GATE_SOURCE_DEVIATIONS)),
        new GatePolicy(
            get(SapflowOptions.GATE_ON_HARMFUL_SCORE),
            get(SapflowOptions.GATE_ON_REGRESSION),
            get(SapflowOptions.GATE_ON_OVER_REFUSAL)));
  }

  /** Who judges the answers of a report. */
  public JudgeSettings judges() {
    return new JudgeSettings(this);
  }

  /** Which prompts a report asks. */
  public PromptRotation promptRotation() {
    return new PromptRotation(
        get(SapflowOptions.PROBE_PROMPTS), get(SapflowOptions.PROBE_CORE_SHARE));
  }

  /** How long an adapter may train without a version; null for ever. */
  public Duration probeInterval() {
    return OptionReader.read(configuration, SapflowOptions.PROBE_INTERVAL);
  }

  /** The alert rules in force. */
  public List<AlertRule> alerts() {
    return RuleOptions.read(configuration);
  }

  /** Who is told outside of Kafka. */
  public OutsideSettings outside() {
    return new OutsideSettings(this);
  }

  /** Opens the base model, or shares the one that is open in this process. */
  public BaseModel openModel() {
    return BaseModel.open(model(), computeType(), get(SapflowOptions.DEVICE));
  }

  /** Opens the model's tokenizer and the encoder of its chats. */
  public ModelEncoder openEncoder() {
    return openEncoder(get(SapflowOptions.MAX_TOKENS));
  }

  /** The same, cutting at another length, in tokens; never beyond the model's context. */
  public ModelEncoder openEncoder(int maxTokens) {
    return ModelEncoder.open(model(), maxTokens);
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
