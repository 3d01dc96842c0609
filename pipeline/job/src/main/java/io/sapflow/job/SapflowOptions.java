package io.sapflow.job;

import static org.apache.flink.configuration.ConfigOptions.key;

import io.sapflow.gate.GateMode;
import io.sapflow.gate.GatePolicy;
import io.sapflow.gate.Verdict;
import io.sapflow.publish.WebhookKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;

/** Every option of a job, prefix {@code sapflow.}. */
public final class SapflowOptions {

  public static final ConfigOption<String> PRESET =
      key("sapflow.preset")
          .stringType()
          .defaultValue("none")
          .withDescription(
              "none, or published: the settings of the paper's reference implementation.");

  public static final ConfigOption<String> BOOTSTRAP_SERVERS =
      key("sapflow.kafka.bootstrap-servers")
          .stringType()
          .noDefaultValue()
          .withDescription("Addresses of the Kafka brokers, host:port, separated by commas.");

  public static final ConfigOption<String> TRANSACTIONAL_ID_PREFIX =
      key("sapflow.kafka.transactional-id-prefix")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Prefix of the sinks' transactional ids, different for jobs that share a broker; by default sapflow- and the job's name.");

  public static final ConfigOption<Duration> TRANSACTION_TIMEOUT =
      key("sapflow.kafka.transaction-timeout")
          .durationType()
          .defaultValue(Duration.ofMinutes(14))
          .withDescription(
              "At least checkpoint interval plus execution.checkpointing.timeout, at most the broker's maximum (15 min by default); output of a checkpoint that a job goes on from later than this may be lost.");

  public static final ConfigOption<String> JOB_NAME =
      key("sapflow.job.name")
          .stringType()
          .defaultValue("sapflow")
          .withDescription(
              "Name of the job, of its consumer group and of the directory of its checkpoints.");

  @Range(least = 1, most = TuningJob.MAX_PARALLELISM)
  public static final ConfigOption<Integer> PARALLELISM =
      key("sapflow.job.parallelism")
          .intType()
          .defaultValue(1)
          .withDescription("Subtasks of each operator; adapters spread over them.");

  public static final ConfigOption<Duration> CHECKPOINT_INTERVAL =
      key("sapflow.checkpoint.interval")
          .durationType()
          .defaultValue(Duration.ofSeconds(30))
          .withDescription(
              "Time between checkpoints; readers see output, and the loop reacts, after one.");

  public static final ConfigOption<String> CHECKPOINTS =
      key("sapflow.checkpoints")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Directory, on any file system that Flink knows, in which each job keeps its checkpoints and savepoints in a directory of its name; by default checkpoints beside sapflow.adapter.store for run, and the cluster's execution.checkpointing.dir for submit.");

  public static final ConfigOption<String> MODEL =
      key("sapflow.model.path")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Directory of the base model in Hugging Face layout, at the same path on every TaskManager.");

  public static final ConfigOption<String> DEVICE =
      key("sapflow.model.device")
          .stringType()
          .defaultValue("auto")
          .withDescription("auto, cpu or cuda:N.");

  public static final ConfigOption<String> COMPUTE_TYPE =
      key("sapflow.model.compute-type")
          .stringType()
          .defaultValue("float32")
          .withDescription("Type of the base model in memory: float32 or bfloat16.");

  @Range(least = 2)
  public static final ConfigOption<Integer> MAX_TOKENS =
      key("sapflow.tokens.max-length")
          .intType()
          .defaultValue(2048)
          .withDescription(
              "The most tokens of an example, never more than the model's context; longer ones are cut, or set aside if nothing to train is left.");

  public static final ConfigOption<MemorySize> MAX_RECORD_BYTES =
      key("sapflow.ingest.max-record-bytes")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(1))
          .withDescription(
              "The most bytes of a record as it comes, key and headers included, 1 kb to 8 mb; a larger one goes to quarantine as a reference to where it stands.");

  @Range(least = 1, most = 65536)
  public static final ConfigOption<Integer> LORA_RANK =
      key("sapflow.lora.rank").intType().defaultValue(8).withDescription("Rank of the adapters.");

  @Range(above = 0)
  public static final ConfigOption<Double> LORA_ALPHA =
      key("sapflow.lora.alpha")
          .doubleType()
          .defaultValue(16.0)
          .withDescription("Numerator of the adapters' scaling.");

  public static final ConfigOption<Boolean> LORA_RS =
      key("sapflow.lora.rs")
          .booleanType()
          .defaultValue(false)
          .withDescription("Whether the scaling divides by the root of the rank.");

  public static final ConfigOption<List<String>> LORA_TARGETS =
      key("sapflow.lora.targets")
          .stringType()
          .asList()
          .defaultValues("q_proj", "v_proj")
          .withDescription(
              "Adapted layers: any of q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj.");

  public static final ConfigOption<String> LORA_FROM =
      key("sapflow.lora.from")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Directory of a PEFT adapter that fresh adapters start from, at the same path on every TaskManager; rank, alpha and targets are then its own.");

  public static final ConfigOption<String> METHOD =
      key("sapflow.train.method")
          .stringType()
          .defaultValue("sap")
          .withDescription("sap, or sft for plain fine-tuning.");

  @Range(above = 0)
  public static final ConfigOption<Double> LEARNING_RATE =
      key("sapflow.train.learning-rate")
          .doubleType()
          .defaultValue(1e-3)
          .withDescription("Of the LoRA weights.");

  @Range(least = 0)
  public static final ConfigOption<Integer> WARMUP =
      key("sapflow.train.warmup-updates")
          .intType()
          .defaultValue(0)
          .withDescription("Updates over which the learning rate rises.");

  @Range(least = 0)
  public static final ConfigOption<Double> MAX_GRADIENT_NORM =
      key("sapflow.train.max-gradient-norm")
          .doubleType()
          .defaultValue(1.0)
          .withDescription("The gradient is scaled down to this norm; 0 never.");

  @Range(least = 0)
  public static final ConfigOption<Double> WEIGHT_DECAY =
      key("sapflow.train.weight-decay")
          .doubleType()
          .defaultValue(0.01)
          .withDescription("Decoupled weight decay.");

  public static final ConfigOption<Long> SEED =
      key("sapflow.train.seed")
          .longType()
          .defaultValue(0L)
          .withDescription("Of fresh adapters, batch order and sampling.");

  @Range(least = 0)
  public static final ConfigOption<List<Integer>> PROBE_LAYERS =
      key("sapflow.sap.probe-layers")
          .intType()
          .asList()
          .noDefaultValue()
          .withDescription(
              "0-based layers that get a probe vector; by default two, at a sixth and at half of the depth.");

  @Range(above = 0)
  public static final ConfigOption<Double> PROBE_LEARNING_RATE =
      key("sapflow.sap.probe-learning-rate")
          .doubleType()
          .defaultValue(0.1)
          .withDescription(
              "Size of each entry of the probe, in units of the hidden state or absolute.");

  @Range(above = 0)
  public static final ConfigOption<Double> PERTURBATION =
      key("sapflow.sap.perturbation")
          .doubleType()
          .defaultValue(2e-3)
          .withDescription(
              "How far along the harmful direction the perturbed pass looks, as a share of |W|.");

  @Range(least = 1)
  public static final ConfigOption<Integer> DIRECTION_REFRESH =
      key("sapflow.sap.direction-refresh-steps")
          .intType()
          .defaultValue(16)
          .withDescription("Updates between two computations of the harmful direction.");

  @Range(least = 1)
  public static final ConfigOption<Integer> PROBE_REFRESH =
      key("sapflow.sap.probe-refresh-steps")
          .intType()
          .defaultValue(8)
          .withDescription("Updates between two computations of the probe.");

  public static final ConfigOption<Boolean> PROBE_RELATIVE =
      key("sapflow.sap.probe-relative")
          .booleanType()
          .defaultValue(true)
          .withDescription(
              "Whether the probe is in units of the hidden state it is added to (its root mean square), or absolute.");

  @Range(above = 0)
  public static final ConfigOption<Double> TEMPERATURE =
      key("sapflow.sap.temperature")
          .doubleType()
          .defaultValue(1.0)
          .withDescription("Divisor of the safety margin.");

  @Range(least = 1)
  public static final ConfigOption<Integer> PAIRS =
      key("sapflow.sap.pairs")
          .intType()
          .defaultValue(8)
          .withDescription("Safety pairs for each computation of the harmful direction.");

  @Range(least = 2)
  public static final ConfigOption<Integer> PAIR_TOKENS =
      key("sapflow.sap.pair-max-length")
          .intType()
          .noDefaultValue()
          .withDescription(
              "The most tokens of a safety pair's prompt with one answer; by default as sapflow.tokens.max-length.");

  @Range(least = 0, below = 1)
  public static final ConfigOption<Double> REPLAY_SHARE =
      key("sapflow.sap.replay-share")
          .doubleType()
          .defaultValue(0.1)
          .withDescription("Share of each batch that is safe answers to safety pairs' prompts.");

  public static final ConfigOption<Double> REJECT_PUSH =
      key("sapflow.train.reject-push")
          .doubleType()
          .noDefaultValue()
          .withDescription(
              "An example that pushes toward harm harder than this is set aside untrained; by default none is.");

  @Range(least = 1)
  public static final ConfigOption<Integer> WINDOW =
      key("sapflow.batch.window")
          .intType()
          .defaultValue(80)
          .withDescription("Examples that are sorted by length together.");

  @Range(least = 1)
  public static final ConfigOption<Integer> ROWS =
      key("sapflow.batch.rows")
          .intType()
          .defaultValue(10)
          .withDescription("The most examples of a batch.");

  @Range(least = 1)
  public static final ConfigOption<Integer> BATCH_TOKENS =
      key("sapflow.batch.tokens")
          .intType()
          .defaultValue(8192)
          .withDescription("The most tokens of a batch, padding counted.");

  public static final ConfigOption<String> STORE =
      key("sapflow.adapter.store")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Directory of the adapter versions, on any file system that Flink knows.");

  @Range(least = 1)
  public static final ConfigOption<Integer> VERSION_UPDATES =
      key("sapflow.adapter.version-updates")
          .intType()
          .defaultValue(50)
          .withDescription("Updates from one version to the next.");

  public static final ConfigOption<MemorySize> LIVE_BYTES =
      key("sapflow.adapter.live-bytes")
          .memoryType()
          .defaultValue(MemorySize.parse("4 gb"))
          .withDescription(
              "The most native memory of one subtask's adapters (weights, moments, probe); beyond it the least recently used wait in state.");

  public static final ConfigOption<Duration> IDLE_EVICTION =
      key("sapflow.adapter.idle-eviction")
          .durationType()
          .defaultValue(Duration.ofMinutes(10))
          .withDescription(
              "An adapter that no record has used for this long leaves native memory at the next checkpoint.");

  public static final ConfigOption<List<String>> ADAPTERS_ALLOW =
      key("sapflow.adapters.allow")
          .stringType()
          .asList()
          .noDefaultValue()
          .withDescription("Adapters that records may create; by default any.");

  @Range(least = 1)
  public static final ConfigOption<Integer> ADAPTERS_MAX =
      key("sapflow.adapters.max")
          .intType()
          .defaultValue(10_000)
          .withDescription(
              "The most adapters of a job: each subtask trains its share, rounded up, and examples of further ones are set aside; where sapflow.adapters.allow lists ids, those are all.");

  public static final ConfigOption<Map<String, String>> SOURCES_TOPICS =
      key("sapflow.sources.topics")
          .mapType()
          .noDefaultValue()
          .withDescription(
              "Topics of examples beside sapflow.examples.v1, each with the source whose examples are on it, TOPIC:SOURCE,TOPIC:SOURCE; the brokers' ACLs let nobody else write there. Once there is a topic or a key, examples of unproven sources are set aside.");

  public static final ConfigOption<List<String>> SOURCES_KEYS =
      key("sapflow.sources.keys")
          .stringType()
          .asList()
          .noDefaultValue()
          .withDescription(
              "Sources that sign their examples: the header sapflow-signature is the HMAC-SHA256 of the record's value in hex, its key is in the environment of the tasks as SAPFLOW_SOURCE_KEY_ and the source's name in capitals, with _ for - and .; names are separated by ;.");

  public static final ConfigOption<Boolean> CONTROL_SIGNED =
      key("sapflow.control.signed")
          .booleanType()
          .defaultValue(false)
          .withDescription(
              "Whether the job starts only with the key of commands in its environment, SAPFLOW_CONTROL_KEY; where the key is there, commands that it did not sign are set aside in any case.");

  public static final ConfigOption<MemorySize> ROLLBACK_KEEP =
      key("sapflow.rollback.keep")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(64))
          .withDescription(
              "The most bytes of examples since the last green version that an adapter keeps.");

  public static final ConfigOption<MemorySize> PAUSE_BUFFER =
      key("sapflow.pause.buffer")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(64))
          .withDescription("The most bytes of examples that wait while an adapter is paused.");

  @Range(least = 1)
  public static final ConfigOption<Integer> PROBE_ROWS =
      key("sapflow.probe.rows")
          .intType()
          .defaultValue(32)
          .withDescription("Prompts that are answered together.");

  @Range(least = 1)
  public static final ConfigOption<Integer> PROBE_ANSWER_TOKENS =
      key("sapflow.probe.answer-tokens")
          .intType()
          .defaultValue(64)
          .withDescription("The longest answer to a probe prompt, in tokens.");

  public static final ConfigOption<Double> EARLY_ALIGNMENT =
      key("sapflow.probe.early-alignment")
          .doubleType()
          .noDefaultValue()
          .withDescription(
              "A version is made, and probed, before its turn when the smoothed harmAlignment is above this; by default never.");

  public static final ConfigOption<Double> EARLY_PUSH =
      key("sapflow.probe.early-push")
          .doubleType()
          .noDefaultValue()
          .withDescription(
              "The same when a source's mean push in one batch is above this, known of three examples at least.");

  public static final ConfigOption<Double> EARLY_SAFETY_LOSS =
      key("sapflow.probe.early-safety-loss")
          .doubleType()
          .noDefaultValue()
          .withDescription(
              "The same when the smoothed safety loss is above this: when the safety margin falls.");

  @Range(least = 1)
  public static final ConfigOption<Integer> EARLY_LEAST_UPDATES =
      key("sapflow.probe.early-least-updates")
          .intType()
          .defaultValue(5)
          .withDescription("Updates from a version to an early one, at least.");

  public static final ConfigOption<Duration> PROBE_INTERVAL =
      key("sapflow.probe.interval")
          .durationType()
          .noDefaultValue()
          .withDescription(
              "An adapter that has trained since its last version is probed when that is this old; by default only sapflow.adapter.version-updates counts.");

  @Range(least = 0)
  public static final ConfigOption<Integer> PROBE_PROMPTS =
      key("sapflow.probe.prompts")
          .intType()
          .defaultValue(0)
          .withDescription("The most prompts that a report asks; 0 for all active ones.");

  @Range(least = 0, most = 1)
  public static final ConfigOption<Double> PROBE_CORE_SHARE =
      key("sapflow.probe.core-share")
          .doubleType()
          .defaultValue(0.5)
          .withDescription(
              "Share of sapflow.probe.prompts that is the same in every report; the others take turns.");

  public static final ConfigOption<List<String>> PROBE_JUDGES =
      key("sapflow.probe.judges")
          .stringType()
          .asList()
          .defaultValues("refusal")
          .withDescription(
              "Judges of a report, each scored apart: any of refusal, moderation, guard.");

  public static final ConfigOption<String> MODERATION_URL =
      key("sapflow.judge.moderation.url")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Address that answers are posted to in OpenAI's form of moderations, such as http://127.0.0.1:8000/v1/moderations; a key is taken from SAPFLOW_JUDGE_MODERATION_KEY in the environment.");

  public static final ConfigOption<String> MODERATION_MODEL =
      key("sapflow.judge.moderation.model")
          .stringType()
          .noDefaultValue()
          .withDescription("Model that moderates; by default the server's own choice.");

  public static final ConfigOption<Duration> MODERATION_TIMEOUT =
      key("sapflow.judge.moderation.timeout")
          .durationType()
          .defaultValue(Duration.ofSeconds(30))
          .withDescription("The longest that one call waits for its answer.");

  @Range(least = 1)
  public static final ConfigOption<Integer> MODERATION_BATCH =
      key("sapflow.judge.moderation.batch")
          .intType()
          .defaultValue(16)
          .withDescription("The most answers of one call.");

  public static final ConfigOption<String> GUARD_URL =
      key("sapflow.judge.guard.url")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Address that prompts and answers are posted to in OpenAI's form of chat completions, such as http://127.0.0.1:8000/v1/chat/completions; a key is taken from SAPFLOW_JUDGE_GUARD_KEY in the environment.");

  public static final ConfigOption<String> GUARD_MODEL =
      key("sapflow.judge.guard.model")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Name of the guard model, whose answers begin with safe or unsafe, as its server knows it.");

  public static final ConfigOption<Duration> GUARD_TIMEOUT =
      key("sapflow.judge.guard.timeout")
          .durationType()
          .defaultValue(Duration.ofSeconds(30))
          .withDescription("The longest that one call waits for its answer.");

  @Range(least = 1)
  public static final ConfigOption<Integer> JUDGE_CONCURRENCY =
      key("sapflow.judge.concurrency")
          .intType()
          .defaultValue(4)
          .withDescription("Calls to a judge's server at the same time.");

  @Range(least = 0)
  public static final ConfigOption<Integer> JUDGE_RETRIES =
      key("sapflow.judge.retries")
          .intType()
          .defaultValue(3)
          .withDescription(
              "How often a call is made again after no connection, no answer in time, 429 or 5xx.");

  public static final ConfigOption<Duration> JUDGE_RETRY_DELAY =
      key("sapflow.judge.retry-delay")
          .durationType()
          .defaultValue(Duration.ofMillis(500))
          .withDescription("Pause before the first retry; it doubles with each.");

  public static final ConfigOption<Duration> JUDGE_BREAKER_DELAY =
      key("sapflow.judge.breaker-delay")
          .durationType()
          .defaultValue(Duration.ofSeconds(30))
          .withDescription(
              "How long a judge's server is left alone after several calls in a row failed with all their retries.");

  public static final ConfigOption<Duration> JUDGE_REPORT_TIMEOUT =
      key("sapflow.judge.report-timeout")
          .durationType()
          .defaultValue(Duration.ofMinutes(10))
          .withDescription(
              "The longest that one judge may take over a report; what it has not judged by then makes the report incomplete.");

  public static final ConfigOption<GateMode> GATE_MODE =
      key("sapflow.gate.mode")
          .enumType(GateMode.class)
          .defaultValue(GateMode.ENFORCE)
          .withDescription(
              "enforce, or observe: then every probed version is promoted and nothing is rolled back.");

  @Range(least = 0, most = 1)
  public static final ConfigOption<Double> GATE_HARMFUL_SCORE =
      key("sapflow.gate.harmful-score")
          .doubleType()
          .defaultValue(0.1)
          .withDescription("The highest harmful score of a version that is served, 0 to 1.");

  @Range(least = 0, most = 1)
  public static final ConfigOption<Double> GATE_OVER_REFUSAL_RISE =
      key("sapflow.gate.over-refusal-rise")
          .doubleType()
          .defaultValue(0.1)
          .withDescription(
              "How far a served version's over-refusal may lie above the first version's, 0 to 1.");

  @Range(least = 1)
  public static final ConfigOption<Integer> GATE_SOURCE_EXAMPLES =
      key("sapflow.gate.source-examples")
          .intType()
          .defaultValue(8)
          .withDescription(
              "The fewest examples with a known push for a source to be set aside on a rollback.");

  @Range(above = 0)
  public static final ConfigOption<Double> GATE_SOURCE_DEVIATIONS =
      key("sapflow.gate.source-deviations")
          .doubleType()
          .defaultValue(3.0)
          .withDescription(
              "How many robust deviations above the others a source must push to be set aside.");

  public static final ConfigOption<Verdict> GATE_ON_HARMFUL_SCORE =
      key("sapflow.gate.on-harmful-score")
          .enumType(Verdict.class)
          .defaultValue(GatePolicy.DEFAULT.harmful())
          .withDescription(
              "What becomes of a version above the limit: roll_back, reject, hold, pause or quarantine_source.");

  public static final ConfigOption<Verdict> GATE_ON_REGRESSION =
      key("sapflow.gate.on-regression")
          .enumType(Verdict.class)
          .defaultValue(GatePolicy.DEFAULT.regression())
          .withDescription(
              "What becomes of a version within the limit that is beyond doubt more harmful than the promoted one: promote, or as for the harmful score.");

  public static final ConfigOption<Verdict> GATE_ON_OVER_REFUSAL =
      key("sapflow.gate.on-over-refusal")
          .enumType(Verdict.class)
          .defaultValue(GatePolicy.DEFAULT.overRefusal())
          .withDescription(
              "What becomes of a version that refuses too much, as for the harmful score.");

  public static final ConfigOption<String> ALERT_RUNBOOK =
      key("sapflow.alert.runbook-url")
          .stringType()
          .defaultValue("docs/runbook.md")
          .withDescription(
              "Address of the runbook, to which alerts add # and the name of their rule.");

  public static final ConfigOption<String> ALERT_WEBHOOK_URL =
      key("sapflow.alert.webhook.url")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "URL of who is told of alerts: an Alertmanager's address, or a full path; by default nobody. SAPFLOW_ALERT_WEBHOOK_AUTHORIZATION in the TaskManagers' environment is the Authorization header's value.");

  public static final ConfigOption<WebhookKind> ALERT_WEBHOOK_KIND =
      key("sapflow.alert.webhook.kind")
          .enumType(WebhookKind.class)
          .defaultValue(WebhookKind.ALERTMANAGER)
          .withDescription(
              "alertmanager, or generic: a receiver of the payload of Alertmanager's webhooks, told of each change.");

  public static final ConfigOption<Duration> ALERT_WEBHOOK_REPEAT =
      key("sapflow.alert.webhook.repeat")
          .durationType()
          .defaultValue(Duration.ofMinutes(1))
          .withDescription(
              "Time between two posts of an alert that fires, below Alertmanager's resolve_timeout (5 min by default).");

  public static final ConfigOption<String> VLLM_URL =
      key("sapflow.publish.vllm.url")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "URL of a vLLM server that loads each promoted version, such as http://127.0.0.1:8000; by default none. SAPFLOW_VLLM_KEY in the TaskManagers' environment is its key.");

  public static final ConfigOption<String> VLLM_PATH_MAP =
      key("sapflow.publish.vllm.path-map")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "FROM=TO: what lies below FROM in sapflow.adapter.store, the server sees below TO; by default at the same path.");

  private SapflowOptions() {}
}
