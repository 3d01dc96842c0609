package io.sapflow.lab.chaos;

import io.sapflow.job.kafka.StackException;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.Topics;
import io.sapflow.schema.TrainingExample;
import io.sapflow.toy.Dialogue;
import io.sapflow.toy.Split;
import io.sapflow.toy.ToyExamples;
import io.sapflow.toy.ToyWorld;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends hostile records with good ones between them, by every codec in turn. */
final class RecordsFeed implements AutoCloseable {

  static final String ADAPTER = "helper";
  static final String GOOD_ID = "good-";

  private static final List<String> CODECS = List.of("none", "gzip", "snappy", "lz4", "zstd");

  /** Codecs that make little of a record of 64 MiB. */
  private static final List<String> INFLATING = List.of("gzip", "lz4", "zstd");

  /** Records by one codec, before the next has its turn. */
  private static final int SEGMENT = 500;

  private static final int MOST_REQUEST = 128 * HostileRecords.MEBIBYTE;

  private final RecordsPlan plan;
  private final String servers;
  private final HostileRecords hostile;
  private final List<Dialogue> dialogues;
  private final RecordCodec<TrainingExample> codec = RecordCodec.of(TrainingExample.class);
  private final Map<String, KafkaProducer<byte[], byte[]>> producers = new HashMap<>();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicInteger goodSent = new AtomicInteger();
  private long largest;
  private int goods;

  /**
   * A feed.
   *
   * @param extra good examples beside those of the plan
   */
  RecordsFeed(RecordsPlan plan, String servers, int extra) {
    this.plan = plan;
    this.servers = servers;
    this.hostile = new HostileRecords(ADAPTER, plan.seed());
    this.dialogues = new ToyWorld(plan.seed()).newTask(plan.good() + extra, Split.TRAIN);
  }

  /** Sends all records of the plan; calls {@code between} after every few hundred. */
  void send(Runnable between) {
    long good = 0;
    for (long i = 0; i < plan.records(); i++) {
      String name = CODECS.get((int) (i / SEGMENT % CODECS.size()));
      while (good < plan.goodBefore(i + 1)) {
        good++;
        sendGood(name);
      }
      if (plan.inflates(i)) {
        sendInflated(i);
      } else {
        send(name, hostile.record(i, !name.equals("none")));
      }
      if (i % SEGMENT == SEGMENT - 1) {
        producer(name).flush();
        between.run();
      }
    }
    producers.values().forEach(KafkaProducer::flush);
  }

  /** Sends good examples by one codec, and waits until the broker has them; their ids in order. */
  List<String> sendGood(int count) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(sendGood(CODECS.get(0)));
    }
    producers.values().forEach(KafkaProducer::flush);
    return ids;
  }

  private String sendGood(String name) {
    String id = GOOD_ID + goods;
    TrainingExample example =
        ToyExamples.example(ADAPTER, "forum", id, goods, dialogues.get(goods));
    goods++;
    producer(name)
        .send(
            new ProducerRecord<>(
                Topics.EXAMPLES, ADAPTER.getBytes(StandardCharsets.UTF_8), codec.encode(example)),
            (metadata, failure) -> {
              taken(failure);
              goodSent.addAndGet(failure == null ? 1 : 0);
            });
    return id;
  }

  private void sendInflated(long number) {
    producers.values().forEach(KafkaProducer::flush);
    ProducerRecord<byte[], byte[]> record = hostile.inflated(number);
    String name = INFLATING.get((int) Math.floorMod(number, (long) INFLATING.size()));
    long before = sent.get();
    // Of its own: it keeps no buffer of this size.
    try (KafkaProducer<byte[], byte[]> producer = open(servers, name)) {
      producer.send(record, (metadata, failure) -> taken(failure));
      producer.flush();
    }
    if (sent.get() > before) {
      largest = Math.max(largest, record.value().length);
    }
  }

  private void send(String name, ProducerRecord<byte[], byte[]> record) {
    producer(name).send(record, (metadata, failure) -> taken(failure));
  }

  private void taken(Exception failure) {
    if (failure == null) {
      sent.incrementAndGet();
    }
  }

  private KafkaProducer<byte[], byte[]> producer(String name) {
    return producers.computeIfAbsent(name, each -> open(servers, each));
  }

  /** Sends a record by a codec that makes little of it, and waits until the broker has it. */
  static void sendInflated(String servers, ProducerRecord<byte[], byte[]> record) {
    try (KafkaProducer<byte[], byte[]> producer = open(servers, INFLATING.get(0))) {
      producer.send(record).get();
    } catch (ExecutionException e) {
      throw new StackException("a record was not taken: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted while a record is sent", e);
    }
  }

  private static KafkaProducer<byte[], byte[]> open(String servers, String compression) {
    Map<String, Object> client = new HashMap<>();
    client.put("bootstrap.servers", servers);
    client.put("compression.type", compression);
    client.put("max.request.size", MOST_REQUEST);
    client.put("buffer.memory", (long) MOST_REQUEST);
    client.put("linger.ms", 5);
    client.put("batch.size", 1 << 16);
    return new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Records that the broker took. */
  long sent() {
    return sent.get();
  }

  /** Good ones among them. */
  int goodSent() {
    return goodSent.get();
  }

  /** Bytes of the largest value. */
  long largest() {
    return largest;
  }

  @Override
  public void close() {
    producers.values().forEach(KafkaProducer::close);
  }
}
