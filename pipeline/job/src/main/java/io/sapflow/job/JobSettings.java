package io.sapflow.job;

import io.sapflow.adapter.PeftAdapter;
import io.sapflow.alert.AlertRule;
import io.sapflow.gate.GateLimits;
import io.sapflow.gate.GatePolicy;
import io.sapflow.ingest.AdapterPolicy;
import io.sapflow.ingest.EnvelopeLimits;
import io.sapflow.ingest.FormatSettings;
import io.sapflow.ingest.IngestLimits;
import io.sapflow.ingest.RecordSignature;
import io.sapflow.ingest.SourcePolicy;
import io.sapflow.ingest.registry.RegistrySettings;
import io.sapflow.ingest.registry.SchemaRegistry;
import io.sapflow.job.kafka.ClientProperties;
import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.job.options.AdapterOptions;
import io.sapflow.job.options.AlertOptions;
import io.sapflow.job.options.BatchingOptions;
import io.sapflow.job.options.ControlOptions;
import io.sapflow.job.options.GateOptions;
import io.sapflow.job.options.IngestOptions;
import io.sapflow.job.options.JobOptions;
import io.sapflow.job.options.KafkaOptions;
import io.sapflow.job.options.LoraOptions;
import io.sapflow.job.options.MetricsOptions;
import io.sapflow.job.options.ModelOptions;
import io.sapflow.job.options.OptionReader;
import io.sapflow.job.options.ProbeOptions;
import io.sapflow.job.options.RuleOptions;
import io.sapflow.job.options.SafetyOptions;
import io.sapflow.job.options.SapflowOptions;
import io.sapflow.job.options.TopicOptions;
import io.sapflow.job.source.SkippedRecords;
import io.sapflow.metrics.MetricLimits;
import io.sapflow.model.ComputeType;
import io.sapflow.model.DeviceMemory;
import io.sapflow.model.DeviceRequest;
import io.sapflow.model.KernelOptions;
import io.sapflow.model.LoraSpec;
import io.sapflow.model.ModelConfig;
import io.sapflow.probe.PromptRotation;
import io.sapflow.publish.KeepFiring;
import io.sapflow.schema.TopicNames;
import io.sapflow.train.TrainOptions;
import java.io.Serializable;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
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
    return OptionReader.require(configuration, option);
  }

  /**
   * A value; null if it is missing.
   *
   * @throws IllegalArgumentException if it is not of the option's type and range
   */
  public <T> T find(ConfigOption<T> option) {
    return OptionReader.read(configuration, option);
  }

  /**
   * Checks every value by itself.
   *
   * @throws IllegalArgumentException naming the key, what was found and what is expected
   */
  public void check() {
    SapflowOptions.all().values().forEach(option -> find(option.config()));
    jobName();
    BeginOnce.word(this);
    CheckpointRules.check(this);
    train();
    EnoughPrompts.check(this);
    ProbeRows.check(this);
    MemoryPlan.check(this);
    adapters();
    metrics();
    alerts();
    judges().check();
    outside().check();
    topics();
    formats();
    sources();
    skipped();
    clientProperties();
    computeType();
    new LoraSettings(this).fresh();
  }

  /** The job's name, which names a directory as well. */
  public String jobName() {
    String name = get(JobOptions.NAME);
    if (!JOB_NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          JobOptions.NAME.key()
              + ": found "
              + name
              + ", expected at most 100 letters, digits, '.', '_' and '-', beginning with a letter"
              + " or digit, because it names a directory");
    }
    return name;
  }

  /** What the transactional ids of the sinks begin with. */
  public String transactionalIdPrefix() {
    String prefix = find(KafkaOptions.TRANSACTIONAL_ID_PREFIX);
    return prefix == null ? "sapflow-" + jobName() : prefix;
  }

  /**
   * Where the brokers are, and how clients connect to them.
   *
   * @throws IllegalArgumentException naming a property that is none, or holds a secret
   */
  public KafkaClients kafka() {
    return new KafkaClients(
        get(KafkaOptions.BOOTSTRAP_SERVERS), ClientProperties.complete(clientProperties()));
  }

  /**
   * What the job's topics are called.
   *
   * @throws IllegalArgumentException naming the option of one that cannot be called so
   */
  public TopicNames topics() {
    return TopicOptions.read(configuration);
  }

  private Map<String, String> clientProperties() {
    Map<String, String> properties = find(KafkaOptions.PROPERTIES);
    Map<String, String> given = properties == null ? Map.of() : properties;
    ClientProperties.check(KafkaOptions.PROPERTIES.key() + ".", given);
    return given;
  }

  /** How adapters are trained. */
  public TrainOptions train() {
    return new TrainSettings(this).read();
  }

  /** What adapters adapt: as the adapter to start from, or as the settings say. */
  public LoraSpec lora() {
    if (startSpec != null) {
      return startSpec;
    }
    return startAdapter() == null
        ? new LoraSettings(this).fresh()
        : PeftAdapter.spec(startAdapter(), ModelConfig.read(model()));
  }

  /** Directory of the PEFT adapter that fresh adapters start from; null for none. */
  public Path startAdapter() {
    String from = find(LoraOptions.FROM);
    return from == null ? null : Path.of(from);
  }

  /**
   * The same settings, knowing what the adapter to start from adapts: they do not need its
   * directory for that any more. Where this machine does not have the directory, or not the
   * model's, they stay as they are.
   */
  public JobSettings withStartSpec() {
    return startAdapter() == null || !Files.exists(startAdapter()) || !Files.exists(model())
        ? this
        : new JobSettings(configuration, lora());
  }

  /** What the training kernel is made for. */
  public KernelOptions kernel(ModelConfig model) {
    List<Integer> layers = find(SafetyOptions.PROBE_LAYERS);
    int[] probed =
        layers == null
            ? KernelOptions.defaultProbeLayers(model.layers())
            : layers.stream().mapToInt(Integer::intValue).toArray();
    return KernelOptions.training(probed, get(SafetyOptions.TEMPERATURE))
        .hiddenProbeRelative(get(SafetyOptions.PROBE_RELATIVE))
        .in(computeType());
  }

  /** The same with the bound on memory that is taken on a device. */
  public KernelOptions kernel(ModelConfig model, DeviceRequest device) {
    return kernel(model).in(MemoryPlan.of(this, model, DeviceMemory.of(device)).memory());
  }

  /** The most tokens of a safety pair's prompt with one answer. */
  public int pairTokens() {
    Integer tokens = find(SafetyOptions.PAIR_TOKENS);
    return tokens == null ? get(IngestOptions.MAX_TOKENS) : tokens;
  }

  /** The type of the base model in memory and of most passes. */
  public ComputeType computeType() {
    return ComputeType.ofBase(get(ModelOptions.COMPUTE_TYPE)).orElseThrow();
  }

  /** Bounds on one record. */
  public IngestLimits ingest() {
    return new IngestLimits(
        get(IngestOptions.MAX_TURNS),
        get(IngestOptions.MAX_CONTENT_CHARS),
        get(IngestOptions.MAX_ID_CHARS),
        get(IngestOptions.MAX_ATTRIBUTES),
        get(IngestOptions.MAX_ATTRIBUTE_CHARS),
        new EnvelopeLimits(
            get(IngestOptions.MAX_RECORD_BYTES),
            get(IngestOptions.MAX_KEY_BYTES),
            get(IngestOptions.MAX_HEADERS),
            get(IngestOptions.MAX_HEADER_BYTES)));
  }

  /**
   * What the values of the examples topics are written in.
   *
   * @throws IllegalArgumentException naming the key, if the registry's address is none or missing
   */
  public FormatSettings formats() {
    String urls = find(IngestOptions.REGISTRY_URL);
    List<URI> addresses =
        urls == null
            ? List.of()
            : Arrays.stream(urls.split(",", -1))
                .map(
                    url ->
                        OutsideUrl.parse(
                            IngestOptions.REGISTRY_URL.key(),
                            url.strip(),
                            SchemaRegistry.AUTHORIZATION,
                            "http://127.0.0.1:8081"))
                .toList();
    return new FormatSettings(get(IngestOptions.FORMAT), RegistrySettings.at(addresses));
  }

  /** Which adapters records may create. */
  public AdapterPolicy adapters() {
    List<String> allowed = find(AdapterOptions.ADAPTERS_ALLOW);
    return new AdapterPolicy(
        allowed == null ? Set.of() : new LinkedHashSet<>(allowed),
        get(AdapterOptions.ADAPTERS_MAX));
  }

  /** How many adapters have metrics of their own. */
  public MetricLimits metrics() {
    return new MetricLimits(get(MetricsOptions.ADAPTERS));
  }

  /** What proves a source. */
  public SourcePolicy sources() {
    Map<String, String> topics = find(IngestOptions.SOURCES_TOPICS);
    List<String> keys = find(IngestOptions.SOURCES_KEYS);
    return new SourcePolicy(
        topics(),
        topics == null ? Map.of() : topics,
        keys == null ? Set.of() : new LinkedHashSet<>(keys));
  }

  /**
   * The records that the job goes past.
   *
   * @throws IllegalArgumentException naming a place that none has which the job reads
   */
  public SkippedRecords skipped() {
    List<String> places = find(IngestOptions.SKIP);
    if (places == null) {
      return SkippedRecords.NONE;
    }
    SkippedRecords skipped = SkippedRecords.of(IngestOptions.SKIP.key(), places);
    Set<String> read = TopicUse.read(this);
    for (SkippedRecords.Place place : skipped.places()) {
      if (!read.contains(place.topic())) {
        throw new IllegalArgumentException(
            IngestOptions.SKIP.key()
                + ": found the topic "
                + place.topic()
                + ", expected one that the job reads: "
                + String.join(", ", read));
      }
    }
    return skipped;
  }

  /** Opens what signs the records that steer this job, with the key in the environment there. */
  RecordSignature.Source signature() {
    String job = get(JobOptions.NAME);
    boolean required = get(ControlOptions.SIGNED);
    return () -> NoRestart.open(() -> RecordSignature.of(System.getenv(), job, required));
  }

  /** What versions are held to. */
  public GateLimits gate() {
    return new GateLimits(
        get(GateOptions.MODE),
        get(GateOptions.HARMFUL_SCORE),
        new GateLimits.SampleLimits(get(GateOptions.LEAST_PROMPTS), get(GateOptions.CONFIDENCE)),
        get(GateOptions.SAFETY_MARGIN),
        get(GateOptions.OVER_REFUSAL_RISE),
        new GateLimits.SourceLimits(
            get(GateOptions.SOURCE_EXAMPLES), get(GateOptions.SOURCE_DEVIATIONS)),
        new GatePolicy(
            get(GateOptions.ON_HARMFUL_SCORE),
            get(GateOptions.ON_REGRESSION),
            get(GateOptions.ON_OVER_REFUSAL)));
  }

  /** Who judges the answers of a report. */
  public JudgeSettings judges() {
    return new JudgeSettings(this);
  }

  /** Which prompts a report asks. */
  public PromptRotation promptRotation() {
    return new PromptRotation(get(ProbeOptions.PROMPTS), get(ProbeOptions.CORE_SHARE));
  }

  /** How long an adapter may train without a version; null for ever. */
  public Duration probeInterval() {
    return find(ProbeOptions.INTERVAL);
  }

  /** How long a window may be open before it is trained; null for ever. */
  public Duration maxWait() {
    return find(BatchingOptions.MAX_WAIT);
  }

  /** How long an incident waits for a person to acknowledge it; null for ever. */
  public Duration incidentTimeout() {
    Duration timeout = get(AlertOptions.INCIDENT_TIMEOUT);
    return timeout.isZero() ? null : timeout;
  }

  /** How long people are told of an alert after it has resolved. */
  KeepFiring keepFiring() {
    return RuleOptions.readKeepFiring(configuration);
  }

  /** The alert rules in force. */
  public List<AlertRule> alerts() {
    return RuleOptions.read(configuration);
  }

  /** Who is told outside of Kafka. */
  public OutsideSettings outside() {
    return new OutsideSettings(this);
  }

  /** The model's directory. */
  public Path model() {
    return Path.of(get(ModelOptions.PATH));
  }
}
