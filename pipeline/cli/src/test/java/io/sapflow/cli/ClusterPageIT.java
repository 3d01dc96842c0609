package io.sapflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sapflow.job.ConfigFile;
import io.sapflow.job.JobSettings;
import io.sapflow.job.access.Access;
import io.sapflow.job.access.AccessList;
import io.sapflow.local.stack.SapflowHome;
import io.sapflow.local.stack.SecuredBroker;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.SafetyPair;
import io.sapflow.toy.ToyExamples;
import io.sapflow.toy.ToyModel;
import io.sapflow.toy.ToyWorld;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The walk of docs/cluster.md with the page's own file and commands, but for those that need a
 * Flink cluster, on a broker with TLS, users and access control lists.
 */
@Timeout(240)
class ClusterPageIT {

  private static final String WORD = "glorb-of-the-page";
  private static final Pattern COMMAND = Pattern.compile("(?m)^    \\./sapflow (.+)$");
  private static final Pattern FILE = Pattern.compile("(?s)```yaml\n(.+?)```");

  /** Those that other tests run, as the page says. */
  private static final Set<String> ELSEWHERE = Set.of("submit", "watch");

  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void commandsOfThePage_withItsFile_doWhatItSays() throws IOException {
    String page = Files.readString(SapflowHome.find().resolve("docs/cluster.md"));
    try (WorkDirectory work = WorkDirectory.create()) {
      SecuredBroker broker = work.own(SecuredBroker.start(work.resolve("secured")));
      Path model = ToyModel.unpack(work.path());
      Path config = Files.writeString(work.resolve("job.yaml"), file(page, work, broker, model));
      grant(broker, new JobSettings(ConfigFile.read(config, Map.of())));
      write(work);
      List<String> run = new ArrayList<>();
      Matcher commands = COMMAND.matcher(page);
      while (commands.find()) {
        String line = commands.group(1);
        String command = line.split(" ")[0];
        if (!ELSEWHERE.contains(command)) {
          Said said = Said.of(here(line, work, model));
          assertThat(said.code()).as("%s%n%s%s", line, said.out(), said.err()).isZero();
          assertThat(said.out() + said.err()).as(line).doesNotContain(WORD);
          run.add(command);
        }
      }
      assertThat(run)
          .containsExactly(
              "topics", "model", "pairs", "prompts", "check", "send", "send", "topics");
    }
  }

  private static String file(String page, WorkDirectory work, SecuredBroker broker, Path model)
      throws IOException {
    Path secrets =
        Files.writeString(
            work.resolve("kafka.properties"),
            "password=" + WORD + "\ntruststore=" + SecuredBroker.storePassword() + "\n");
    Matcher file = FILE.matcher(page);
    assertThat(file.find()).isTrue();
    return file.group(1)
        .replace("broker-1.example:9093,broker-2.example:9093", broker.secured())
        .replace("/run/secrets/kafka.properties", secrets.toString())
        .replace("/etc/sapflow/truststore.p12", broker.store("trusted").toString())
        .replace("/models/helper-base", model.toString())
        .replace("/shared/sapflow", work.path().toString());
  }

  /** What the job and the commands need, and no more; with the right to make topics. */
  private static void grant(SecuredBroker broker, JobSettings settings) {
    broker.user("sapflow", WORD);
    List<Access> all = new ArrayList<>(AccessList.ofJob(settings));
    AccessList.ofPeople(settings).values().forEach(all::addAll);
    // The second job's topics.
    for (AclOperation operation :
        List.of(AclOperation.CREATE, AclOperation.DESCRIBE, AclOperation.DESCRIBE_CONFIGS)) {
      all.add(new Access(ResourceType.TOPIC, "second.", true, operation, "a second job"));
    }
    all.stream().distinct().forEach(access -> broker.allow("sapflow", access));
  }

  private static void write(WorkDirectory work) throws IOException {
    StringBuilder pairs = new StringBuilder();
    for (SafetyPair pair : ToyExamples.pairs(new ToyWorld(0).safetyPairs(16))) {
      pairs
          .append(
              JSON.writeValueAsString(
                  Map.of(
                      "prompt",
                      pair.getPrompt().get(0).getContent(),
                      "chosen",
                      pair.getSafe(),
                      "rejected",
                      pair.getHarmful())))
          .append('\n');
    }
    Files.writeString(work.resolve("pairs.jsonl"), pairs);
    StringBuilder prompts = new StringBuilder();
    for (ProbePrompt prompt : ToyExamples.prompts(new ToyWorld(0).probePrompts(40, 4))) {
      prompts
          .append(
              JSON.writeValueAsString(
                  Map.of(
                      "prompt",
                      prompt.getPrompt().get(0).getContent(),
                      "kind",
                      prompt.getKind().name().toLowerCase(Locale.ROOT))))
          .append('\n');
    }
    Files.writeString(work.resolve("prompts.jsonl"), prompts);
    Files.writeString(
        work.resolve("examples.jsonl"), "{\"prompt\":\"a question\",\"completion\":\"answer\"}\n");
  }

  private static String[] here(String line, WorkDirectory work, Path model) {
    return line.replaceAll("\\b(\\w+\\.(jsonl|yaml))\\b", work.path() + "/$1")
        .replace("/models/helper-base", model.toString())
        .split(" ");
  }
}
