package io.sapflow.local.run;

import io.sapflow.ingest.ExampleEncoder;
import io.sapflow.ingest.Hmac;
import io.sapflow.ingest.RecordSignature;
import io.sapflow.ingest.SourceBindings;
import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.SafetyPair;
import io.sapflow.schema.Topic;
import io.sapflow.schema.TopicNames;
import io.sapflow.schema.TrainingExample;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Puts records on the job's input topics. */
public final class Feed implements AutoCloseable {

  private final KafkaProducer<byte[], byte[]> producer;
  private final TopicNames topics;
  private final ExampleEncoder examples;
  private final RecordCodec<SafetyPair> pairs = RecordCodec.of(SafetyPair.class);
  private final RecordCodec<ProbePrompt> prompts = RecordCodec.of(ProbePrompt.class);
  private final RecordCodec<ControlCommand> commands = RecordCodec.of(ControlCommand.class);
  private final Optional<RecordSignature> signature;
  private final AtomicReference<Exception> failure = new AtomicReference<>();

  /** A feed to a broker of this machine with topics of the usual names; signs only examples. */
  public Feed(String bootstrapServers) {
    this(KafkaClients.at(bootstrapServers), TopicNames.DEFAULT, Optional.empty());
  }

  /**
   * A feed to a broker.
   *
   * @param topics what the job's are called there
   * @param signature of the records that steer a job; empty for none
   */
  public Feed(KafkaClients clients, TopicNames topics, Optional<RecordSignature> signature) {
    this(clients, topics, signature, ExampleEncoder.avro());
  }

  /** The same, of examples in the format that the job reads. */
  public Feed(
      KafkaClients clients,
      TopicNames topics,
      Optional<RecordSignature> signature,
      ExampleEncoder examples) {
    this(clients, topics, signature, examples, Map.of());
  }

  /** A feed that leaves to the topics how large a record may be; records are compressed. */
  public static Feed ofAnySize(KafkaClients clients, TopicNames topics) {
    String most = Integer.toString(1 << 30);
    return new Feed(
        clients,
        topics,
        Optional.empty(),
        ExampleEncoder.avro(),
        Map.of("max.request.size", most, "buffer.memory", most, "compression.type", "zstd"));
  }

  private Feed(
      KafkaClients clients,
      TopicNames topics,
      Optional<RecordSignature> signature,
      ExampleEncoder examples,
      Map<String, String> further) {
    this.topics = topics;
    this.signature = signature;
    this.examples = examples;
    Map<String, Object> properties = clients.producer(further);
    properties.put("acks", "all");
    properties.put("enable.idempotence", "true");
    properties.put("linger.ms", "5");
    producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Sends an example. */
  public void example(TrainingExample example) {
    example(example, topics.of(Topic.EXAMPLES), null);
  }

  /**
   * Sends an example as a source does that proves itself.
   *
   * @param topic of the source's own, or the common one
   * @param key that the source signs with; null for none
   */
  public void example(TrainingExample example, String topic, Hmac key) {
    send(record(example, examples, topic, key));
  }

  /** An example as it stands on its topic, with the proof of its source if there is a key. */
  static ProducerRecord<byte[], byte[]> record(
      TrainingExample example, ExampleEncoder encoder, String topic, Hmac key) {
    ProducerRecord<byte[], byte[]> record =
        record(topic, example.getAdapterId(), encoder.encode(topic, example));
    if (key != null) {
      record.headers().add(SourceBindings.HEADER, SourceBindings.header(key, record.value()));
    }
    return record;
  }

  /** Sends bytes that are no example, so that they are seen and set aside like any other record. */
  public void unreadable(String adapterId, byte[] bytes) {
    send(topics.of(Topic.EXAMPLES), adapterId, bytes);
  }

  /** Sends a safety pair. */
  public void pair(SafetyPair pair) {
    send(topics.of(Topic.SAFETY_PAIRS), pair.getId(), pairs.encode(pair));
  }

  /** Sends a probe prompt. */
  public void prompt(ProbePrompt prompt) {
    send(topics.of(Topic.PROBE_PROMPTS), prompt.getId(), prompts.encode(prompt));
  }

  /** Sends a command, and waits for the broker. */
  public void command(ControlCommand command) {
    send(topics.of(Topic.CONTROL), command.getAdapterId(), commands.encode(command));
    flush();
  }

  /** Waits until the broker has everything. */
  public void flush() {
    producer.flush();
    check();
  }

  /**
   * Fails if a record could not be sent so far.
   *
   * @throws IllegalStateException then
   */
  public void check() {
    Exception failed = failure.getAndSet(null);
    if (failed != null) {
      throw new IllegalStateException("a record could not be sent: " + failed.getMessage(), failed);
    }
  }

  private void send(String topic, String key, byte[] value) {
    send(record(topic, key, value));
  }

  private static ProducerRecord<byte[], byte[]> record(String topic, String key, byte[] value) {
    return new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value);
  }

  /** Sends a record, with its signature where the feed signs records of its topic. */
  public void send(ProducerRecord<byte[], byte[]> record) {
    if (topics.steers(record.topic())) {
      signature.ifPresent(key -> sign(key, record));
    }
    Future<?> sent =
        producer.send(
            record,
            (metadata, error) -> {
              if (error != null) {
                failure.compareAndSet(null, error);
              }
            });
    if (sent.isDone()) {
      try {
        sent.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (ExecutionException e) {
        failure.compareAndSet(null, e);
      }
    }
  }

  private static void sign(RecordSignature signature, ProducerRecord<byte[], byte[]> record) {
    long now = System.currentTimeMillis();
    synchronized (signature) {
      record
          .headers()
          .add(
              SourceBindings.HEADER,
              signature.header(record.topic(), record.key(), record.value(), now));
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
