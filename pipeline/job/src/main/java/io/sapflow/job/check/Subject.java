package io.sapflow.job.check;

import io.sapflow.ingest.RecordSignature;
import io.sapflow.job.JobSettings;
import io.sapflow.job.JobStart;
import io.sapflow.job.ModelFactory;
import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.job.kafka.Reach;
import io.sapflow.job.kafka.StackException;
import io.sapflow.job.resume.Start;
import io.sapflow.tokens.ModelEncoder;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.configuration.Configuration;

/** The job that is looked at, and what several checks look at. Each is opened at most once. */
final class Subject {

  /** Waiting for one answer of the brokers. */
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final JobSettings settings;
  private final Purpose purpose;
  private final List<String> warnings = new ArrayList<>();
  private final Once<Set<String>> topics;
  private final Once<SafetyRecords> records;
  private final Once<Start> start;
  private final Once<ModelEncoder> encoder;

  Subject(JobSettings settings, Purpose purpose) {
    this.settings = settings;
    this.purpose = purpose;
    this.topics = new Once<>(() -> Reach.topics(settings.kafka()));
    this.records =
        new Once<>(() -> SafetyRecords.read(kafka(), settings.topics(), topics(), signature()));
    this.encoder = new Once<>(() -> ModelFactory.encoder(settings));
    this.start = new Once<>(this::find);
  }

  JobSettings settings() {
    return settings;
  }

  Configuration configuration() {
    return settings.configuration();
  }

  Purpose purpose() {
    return purpose;
  }

  /** Whether a variable that the tasks have in their environment may be missing on this machine. */
  boolean hasNoKeyHere(String variable) {
    return purpose.elsewhere() && System.getenv(variable) == null;
  }

  /** Clients of which none waits long. */
  KafkaClients kafka() {
    return settings.kafka().within(LIMIT);
  }

  /**
   * Names of the topics on the brokers.
   *
   * @throws StackException in one line, if the brokers do not tell
   */
  Set<String> topics() {
    return topics.get();
  }

  /** Whether brokers let this client in. */
  boolean hasBrokers() {
    return topics.works();
  }

  /** The safety pairs and probe prompts in use; none where their topics are not there. */
  SafetyRecords records() {
    return records.get();
  }

  private Optional<RecordSignature> signature() {
    return RecordSignature.of(System.getenv(), settings.jobName());
  }

  /** The model's tokenizer. */
  ModelEncoder encoder() {
    return encoder.get();
  }

  /** Whether the model's directory is on this machine. */
  boolean hasModel() {
    return Files.exists(settings.model());
  }

  /** Whether the model is on this machine and its tokenizer opens. */
  boolean hasEncoder() {
    return hasModel() && encoder.works();
  }

  /** The directory of the checkpoints of all jobs; null where the cluster alone knows it. */
  String checkpoints() {
    return purpose.elsewhere()
        ? JobStart.named(configuration())
        : JobStart.rootBeside(configuration());
  }

  /** Whether the configuration says where checkpoints go. */
  boolean namesCheckpoints() {
    return JobStart.named(configuration()) != null;
  }

  /** Whether it is known where the job would begin. */
  boolean hasStart() {
    return start.works();
  }

  /** Where the job would begin. */
  Start start() {
    return start.get();
  }

  private Start find() {
    return JobStart.find(configuration(), checkpoints(), false, warnings::add);
  }

  /** What was said of the start beside where it begins. */
  List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** Closes what was opened. */
  void close() {
    encoder.ifMade(ModelEncoder::close);
  }
}
