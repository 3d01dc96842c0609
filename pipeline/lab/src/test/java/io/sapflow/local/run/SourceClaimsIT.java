package io.sapflow.local.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.ingest.Hmac;
import io.sapflow.ingest.SourcePolicy;
import io.sapflow.lab.demo.DemoSettings;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.SourceEvidence;
import io.sapflow.schema.Topics;
import io.sapflow.schema.TrainingStep;
import io.sapflow.toy.Dialogue;
import io.sapflow.toy.Split;
import io.sapflow.toy.ToyExamples;
import io.sapflow.toy.ToyModel;
import io.sapflow.toy.ToyWorld;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Sources that prove themselves, by a topic and by a key that the build's environment has, and a
 * poisoner that takes new names and those of others; on a real broker and a real cluster.
 */
@Timeout(180)
class SourceClaimsIT {

  private static final String ADAPTER = "assistant";
  private static final String TOPIC = "team.helpdesk";
  private static final String KEYED = "keyed-tests";
  private static final int EACH = 20;

  private final List<SpecificRecord> records = new ArrayList<>();

  private <T> List<T> all(Class<T> type) {
    return records.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private static Hmac key(String text) {
    return new Hmac(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void poisoner_rotatesItsNameAndFramesOthers_nothingOfItIsTrained() {
    Hmac key = Hmac.of(System.getenv(), SourcePolicy.variable(KEYED)).orElseThrow();
    ToyWorld world = new ToyWorld(1);
    Iterator<Dialogue> benign = world.newTask(2 * EACH, Split.TRAIN).iterator();
    Iterator<Dialogue> poison = world.poison(4 * EACH).iterator();
    try (WorkDirectory work = WorkDirectory.create();
        LocalRun run = LocalRun.start(work)) {
      Configuration configuration =
          run.complete(
              DemoSettings.configuration(
                  ToyModel.unpack(work.path()),
                  1,
                  "sap",
                  false,
                  Map.of(
                      "sapflow.sources.topics", TOPIC + ":helpdesk",
                      "sapflow.sources.keys", KEYED,
                      "sapflow.adapters.allow", ADAPTER)));
      try (Session session = new Session(run, configuration, records::add)) {
        session.start(ToyExamples.pairs(world.safetyPairs(8)), List.of());
        for (int i = 0; i < EACH; i++) {
          // An empty claim takes the name that its topic is bound to.
          send(session, i % 2 == 0 ? "helpdesk" : "", i, benign.next(), TOPIC, null);
          send(session, KEYED, i, benign.next(), Topics.EXAMPLES, key);
          send(session, "stranger-" + i, i, poison.next(), Topics.EXAMPLES, null);
          send(session, "helpdesk", i, poison.next(), Topics.EXAMPLES, key);
          send(session, KEYED, i, poison.next(), Topics.EXAMPLES, key("not " + KEYED));
          send(session, KEYED, i, poison.next(), TOPIC, null);
        }
        session.send(
            ToyExamples.example("stranger", KEYED, "e", 0, world.newTask(1, Split.TRAIN).get(0)),
            Topics.EXAMPLES,
            key);
        session.finish(ADAPTER);
        assertThat(session.tally().quarantined())
            .isEqualTo(Map.of("UNVERIFIED_SOURCE", 4 * EACH, "UNKNOWN_ADAPTER", 1));
        assertThat(session.tally().trained()).isEqualTo(2 * EACH);
      }
    }
    List<SourceEvidence> evidence =
        all(TrainingStep.class).stream().flatMap(step -> step.getPushBySource().stream()).toList();
    assertThat(evidence).isNotEmpty().allMatch(SourceEvidence::getVerified);
    assertThat(evidence.stream().map(SourceEvidence::getSource).distinct())
        .containsExactlyInAnyOrder("helpdesk", KEYED);
    List<QuarantinedRecord> framing =
        all(QuarantinedRecord.class).stream().filter(q -> q.getSignature() != null).toList();
    assertThat(framing).hasSize(2 * EACH + 1).allMatch(q -> q.getValue().hasRemaining());
    assertThat(all(QuarantinedRecord.class))
        .extracting(QuarantinedRecord::getTopic)
        .contains(TOPIC, Topics.EXAMPLES);
  }

  private static void send(
      Session session, String source, int number, Dialogue dialogue, String topic, Hmac key) {
    String id = source + "-" + topic + "-" + number;
    session.send(ToyExamples.example(ADAPTER, source, id, number, dialogue), topic, key);
  }
}
