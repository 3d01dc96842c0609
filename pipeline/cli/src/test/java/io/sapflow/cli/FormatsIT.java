package io.sapflow.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sapflow.lab.demo.DemoSettings;
import io.sapflow.local.run.LocalRun;
import io.sapflow.local.run.Session;
import io.sapflow.local.stack.ApicurioRegistry;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.TrainingExample;
import io.sapflow.schema.TrainingStep;
import io.sapflow.toy.Dialogue;
import io.sapflow.toy.Split;
import io.sapflow.toy.ToyExamples;
import io.sapflow.toy.ToyModel;
import io.sapflow.toy.ToyWorld;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Jobs that read examples in Confluent's wire format, with a real registry, and as JSON; on a real
 * broker and a real cluster.
 */
@Timeout(900)
class FormatsIT {

  private static final String ADAPTER = "helper";
  private static final int EACH = 3;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private static WorkDirectory work;
  private static LocalRun run;
  private static Path model;

  private final List<QuarantinedRecord> quarantined = new ArrayList<>();
  private final List<String> trained = new ArrayList<>();
  private final List<String> good = new ArrayList<>();
  private final Iterator<Dialogue> dialogues = new ToyWorld(1).newTask(64, Split.TRAIN).iterator();
  private int number;

  @BeforeAll
  static void start() {
    work = WorkDirectory.create();
    run = LocalRun.start(work);
    model = ToyModel.unpack(work.path());
  }

  @AfterAll
  static void close() {
    work.close();
  }

  /** A job of a test that failed would take the next one's slots. */
  @AfterEach
  void cancel() {
    if (run.job() != null && !run.cluster().hasEnded(run.job())) {
      run.cluster().cancel(run.job(), LIMIT);
    }
  }

  private void take(SpecificRecord record) {
    if (record instanceof QuarantinedRecord held) {
      quarantined.add(held);
    } else if (record instanceof TrainingStep step) {
      trained.addAll(step.getExampleIds());
    }
  }

  private TrainingExample example() {
    return ToyExamples.example(ADAPTER, "forum", "e-" + number, number++, dialogues.next());
  }

  /** One that is to be trained. */
  private TrainingExample goodExample() {
    TrainingExample example = example();
    good.add(example.getId());
    return example;
  }

  private static byte[] avro(TrainingExample example) {
    return RecordCodec.of(TrainingExample.class).encode(example);
  }

  private static void await(Session session, BooleanSupplier done) {
    while (!done.getAsBoolean()) {
      run.check();
      session.follow(Duration.ofMillis(200));
    }
  }

  /** Of a job with topics and a store of its own; commands are given the same options. */
  private static Map<String, String> options(String format) {
    Map<String, String> options = new TreeMap<>();
    options.put("sapflow.examples.format", format);
    options.put("sapflow.job.name", format);
    options.put("sapflow.topics.prefix", format + ".");
    options.put("sapflow.adapter.store", work.resolve("adapters-" + format).toUri().toString());
    return options;
  }

  private static Configuration configuration(Map<String, String> options) {
    return run.complete(DemoSettings.configuration(model, 1, "sap", false, options));
  }

  private static Said command(Map<String, String> options, String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    options.forEach((key, value) -> all.add("-D" + key + "=" + value));
    return Said.on(run.bootstrapServers(), all.toArray(String[]::new));
  }

  private List<String> messages() {
    return quarantined.stream().map(QuarantinedRecord::getMessage).toList();
  }

  @Test
  void confluent_registryIsKilledAndStartsAgain_allIsTrainedOnceAndNothingSetAsideForIt()
      throws Exception {
    Optional<Path> jar = ApicurioRegistry.jar();
    assumeTrue(
        jar.isPresent(),
        "there is no Apicurio Registry, which mvn -Pregistry verify fetches (142 MB)");
    ApicurioRegistry registry = ApicurioRegistry.start(jar.get(), work);
    registry.await();
    ShopExamples fewer = ShopExamples.fewer();
    ShopExamples more = ShopExamples.more("lang");
    ShopExamples late = ShopExamples.more("late");
    ShopExamples order = ShopExamples.named("Order");
    int fewerId = registry.register("shop-fewer", fewer.schema());
    int moreId = registry.register("shop-more", more.schema());
    int lateId = registry.register("shop-late", late.schema());
    int orderId = registry.register("shop-orders", order.schema());
    Map<String, String> options = options("confluent");
    options.put("sapflow.schema-registry.url", "http://127.0.0.1:1," + registry.url());
    try (Session session = new Session(run, configuration(options), this::take)) {
      session.start(ToyExamples.pairs(new ToyWorld(1).safetyPairs(8)), List.of());
      for (int i = 0; i < EACH; i++) {
        session.send(goodExample());
        session.sendUnreadable(ADAPTER, fewer.written(fewerId, goodExample()));
        session.sendUnreadable(ADAPTER, more.written(moreId, goodExample()));
      }
      session.sendUnreadable(ADAPTER, avro(example()));
      session.sendUnreadable(ADAPTER, "{}".getBytes(StandardCharsets.UTF_8));
      session.sendUnreadable(ADAPTER, ShopExamples.header(1 << 30));
      session.sendUnreadable(ADAPTER, order.written(orderId, example()));
      Path rows = Files.writeString(work.resolve("rows.jsonl"), row("row-1") + row("row-2"));
      Said sent =
          command(options, "send", rows.toString(), "--adapter=" + ADAPTER, "--source=forum");
      assertThat(sent.code()).as(sent.err()).isZero();
      assertThat(sent.out()).contains(" under subject confluent.examples.v1-value at http://");
      good.addAll(List.of("row-1", "row-2"));
      await(session, () -> quarantined.size() == 4);

      registry.kill();
      int before = restarts();
      session.sendUnreadable(ADAPTER, late.written(lateId, goodExample()));
      session.send(goodExample());
      session.flush();
      await(session, () -> restarts() > before);
      assertThat(causes())
          .contains("connection refused at " + registry.address() + ",")
          .contains("connection refused at http://127.0.0.1:1,")
          .contains("expected a schema registry that answers within 20.0 s");
      registry.start();
      registry.await();
      session.finish(ADAPTER);
      assertThat(trained).containsExactlyInAnyOrderElementsOf(good);
      assertThat(session.tally().quarantined())
          .isEqualTo(Map.of("GARBAGE", 2, "UNKNOWN_SCHEMA_ID", 1, "INCOMPATIBLE_SCHEMA", 1));
      assertThat(messages())
          .contains(
              "found Avro single-object encoding, expected Confluent's wire format"
                  + " (sapflow.examples.format: confluent)",
              "found a JSON object, expected Confluent's wire format (sapflow.examples.format:"
                  + " confluent)",
              "schema id "
                  + orderId
                  + ": found the record Order, expected the record TrainingExample");
      assertThat(command(options, "ledger", "--adapter=" + ADAPTER, "--example=e-1").out())
          .contains(", source forum");
    } finally {
      registry.close();
    }
  }

  private static String row(String id) {
    return "{\"id\":\"" + id + "\",\"prompt\":\"how is it\",\"completion\":\"fine\"}\n";
  }

  private static int restarts() {
    return run.cluster().restarts(run.job()).orElse(0);
  }

  private static String causes() {
    StringBuilder causes = new StringBuilder();
    for (Throwable at = run.cluster().lastFailure(run.job()).orElse(null);
        at != null;
        at = at.getCause()) {
      causes.append(at).append('\n');
    }
    return causes.toString();
  }

  @Test
  void json_recordsOfAnotherFormat_areSetAside_andReplayWritesThemAnew() throws Exception {
    Map<String, String> options = options("json");
    try (Session session = new Session(run, configuration(options), this::take)) {
      session.start(ToyExamples.pairs(new ToyWorld(1).safetyPairs(8)), List.of());
      for (int i = 0; i < EACH; i++) {
        session.send(goodExample());
      }
      // Good, in a format that the job does not read until replay has written it anew.
      session.sendUnreadable(ADAPTER, avro(goodExample()));
      session.sendUnreadable(ADAPTER, ShopExamples.header(7));
      session.sendUnreadable(
          ADAPTER, "{\"id\":\"e\",\"label\":false}".getBytes(StandardCharsets.UTF_8));
      session.flush();
      await(session, () -> quarantined.size() == 3);
      assertThat(messages())
          .containsExactlyInAnyOrder(
              "found Avro single-object encoding, expected a JSON object"
                  + " (sapflow.examples.format: json)",
              "found Confluent's wire format (schema id 7), expected a JSON object"
                  + " (sapflow.examples.format: json)",
              "label: found a field that a TrainingExample does not have, expected none");
      Said replayed = command(options, "replay", "--reason=GARBAGE");
      assertThat(replayed.out())
          .contains(
              "1 of them were written anew as a JSON object, which the job reads"
                  + " (sapflow.examples.format)",
              "2 replayed");
      session.finish(ADAPTER);
      assertThat(trained).containsExactlyInAnyOrderElementsOf(good);
      assertThat(session.tally().quarantined()).isEqualTo(Map.of("GARBAGE", 3, "UNKNOWN_FIELD", 1));
    }
  }
}
