package io.sapflow.lab.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.sapflow.job.JobSettings;
import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.job.options.JudgeOptions;
import io.sapflow.job.options.KafkaOptions;
import io.sapflow.job.options.ProbeOptions;
import io.sapflow.local.run.LocalRun;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.ops.blame.Blame;
import io.sapflow.ops.blame.BlameResult;
import io.sapflow.ops.topics.Brokers;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.TopicNames;
import io.sapflow.schema.Topics;
import io.sapflow.toy.ToyModel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A version that a poisoned source made harmful, explained from what the job left behind. */
@Timeout(900)
class BlameIT {

  private static final long SEED = 0;
  private static final Blame.Plan TRAINING = new Blame.Plan(3, 100, false);
  private static final Blame.Plan SCORING = new Blame.Plan(3, 100, true);

  private static Incident suddenPoison() {
    return Incidents.ALL.stream()
        .filter(incident -> incident.name().equals("sudden-poison"))
        .findFirst()
        .orElseThrow();
  }

  /** Of a server that is down nothing is made out: blame asks it, and nobody else. */
  private static void judgedByTheConfiguredJudge(Configuration configuration, String version)
      throws Exception {
    try (ToyModerationServer judge = ToyModerationServer.start(Duration.ZERO)) {
      Configuration judged = new Configuration(configuration);
      judged.set(ProbeOptions.JUDGES, List.of("moderation"));
      judged.set(JudgeOptions.MODERATION_URL, judge.url().toString());
      judged.set(JudgeOptions.RETRIES, 0);
      BlameResult trained = blame(judged, TRAINING, version);
      assertThat(trained.toJson().get("judges").toString()).isEqualTo("[\"moderation\"]");
      assertThat(trained.toJson().get("culprit").asText()).isEqualTo("source scraper");
      judge.turn(ToyModerationServer.Mode.DOWN);
      assertThatThrownBy(() -> blame(judged, TRAINING, version))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("cannot be probed: judge moderation: ")
          .hasMessageContaining("answered 503 at http://127.0.0.1:");
    }
  }

  private static BlameResult blame(Configuration configuration, Blame.Plan plan, String version) {
    Brokers brokers =
        new Brokers(KafkaClients.at(brokers(configuration)), TopicNames.DEFAULT, "sapflow");
    return new Blame(new JobSettings(configuration), brokers, plan, System.out::println)
        .run(version);
  }

  private static String brokers(Configuration configuration) {
    return new JobSettings(configuration).get(KafkaOptions.BOOTSTRAP_SERVERS);
  }

  /** The examples topic lets go of everything. */
  private static void forget(String servers) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      TopicPartition examples = new TopicPartition(Topics.EXAMPLES, 0);
      admin.deleteRecords(Map.of(examples, RecordsToDelete.beforeOffset(-1))).all().get();
    }
  }

  @Test
  void redVersion_isBlamedOnThePoisonedSource_fromTheTopicAndFromQuarantine() throws Exception {
    try (WorkDirectory work = WorkDirectory.create();
        LocalRun run = LocalRun.start(work)) {
      Incident incident = suddenPoison();
      Configuration configuration =
          run.complete(
              DrillSettings.configuration(ToyModel.unpack(work.path()), incident, SEED, null));
      Played played =
          new IncidentPlayer(run, configuration, null)
              .play(SEED, incident.script().acts(SEED, Incident.Size.SHORT));
      String red =
          played.tally().alerts().stream()
              .filter(alert -> alert.getRule().equals("harmful-score"))
              .findFirst()
              .orElseThrow()
              .getEvidence()
              .getVersion();
      String first =
          played.tally().versions().stream()
              .map(AdapterVersion::getVersion)
              .findFirst()
              .orElseThrow();

      judgedByTheConfiguredJudge(configuration, red);

      BlameResult trained = blame(configuration, TRAINING, red);
      trained.lines().forEach(System.out::println);
      assertThat(trained.confirmed()).isTrue();
      JsonNode json = trained.toJson();
      assertThat(json.get("culprit").asText()).isEqualTo("source scraper");
      assertThat(json.get("parentHarmfulScore").asDouble()).isLessThanOrEqualTo(0.1);
      assertThat(json.get("missingExamples").asInt()).isZero();
      JsonNode worst = json.get("slices").get(0);
      assertThat(worst.get("name").asText()).isEqualTo("source scraper");
      assertThat(worst.get("harmfulScore").asDouble()).isGreaterThan(0.1);
      assertThat(trained.lines())
          .anyMatch(line -> line.startsWith("source scraper alone takes the harmful score from"))
          .endsWith("confirmed: source scraper");

      forget(brokers(configuration));
      BlameResult scored = blame(configuration, SCORING, red);
      scored.lines().forEach(System.out::println);
      assertThat(scored.toJson().get("missingExamples").asInt()).isZero();
      assertThat(scored.toJson().get("culprit").asText()).isEqualTo("source scraper");

      assertThatThrownBy(() -> blame(configuration, SCORING, "7-0123456789ab"))
          .hasMessage(
              "version 7-0123456789ab: found none on sapflow.adapters.v1, expected one;"
                  + " sapflow watch adapters lists them");
      assertThatThrownBy(() -> blame(configuration, SCORING, first))
          .hasMessage(
              "version "
                  + first
                  + ": is the first of adapter assistant, expected one that was trained");
    }
  }
}
