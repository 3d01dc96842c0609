package io.sapflow.local.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.job.ConfigFile;
import io.sapflow.job.TuningJob;
import io.sapflow.local.stack.RemoteCluster;
import io.sapflow.local.stack.TaskSlots;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.TrainingStep;
import io.sapflow.toy.Split;
import io.sapflow.toy.ToyExamples;
import io.sapflow.toy.ToyModel;
import io.sapflow.toy.ToyWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Trainers and probes with task slots of their own, on a real broker and a cluster of four. */
@Timeout(300)
class SlotSharingIT {

  private static final int EXAMPLES = 20;
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static WorkDirectory work;
  private static LocalRun run;
  private static String model;

  @BeforeAll
  static void start() {
    work = WorkDirectory.create();
    run = LocalRun.start(work);
    model = ToyModel.unpack(work.path()).toString();
  }

  @AfterAll
  static void end() {
    if (run != null) {
      run.close();
    }
    work.close();
  }

  private static Configuration job(String sharing, int parallelism) {
    return run.complete(
        ConfigFile.of(
            Map.of(
                "sapflow.job.slot-sharing",
                sharing,
                "sapflow.job.parallelism",
                Integer.toString(parallelism),
                "sapflow.model.path",
                model,
                "sapflow.checkpoint.interval",
                "1 s",
                "sapflow.batch.window",
                "5")));
  }

  /** The group of each operator, by its uid. */
  private static Map<String, String> groups(StreamGraph graph) {
    Map<String, String> groups = new TreeMap<>();
    for (StreamNode node : graph.getStreamNodes()) {
      groups.put(node.getTransformationUID(), node.getSlotSharingGroup());
    }
    return groups;
  }

  private static Set<String> chains(StreamGraph graph) {
    Set<String> chains = new TreeSet<>();
    for (JobVertex vertex : graph.getJobGraph().getVertices()) {
      chains.add(vertex.getName());
    }
    return chains;
  }

  @Test
  void groups_apart_trainerAndProbeWithWhatIsChainedToThem_elseAsBefore() {
    StreamGraph shared = TuningJob.graph(job("shared", 1));
    StreamGraph apart = TuningJob.graph(job("apart", 1));
    assertThat(groups(shared).values()).containsOnly("default");
    Map<String, List<String>> uids = new HashMap<>();
    groups(apart)
        .forEach((uid, group) -> uids.computeIfAbsent(group, name -> new ArrayList<>()).add(uid));
    assertThat(uids.get("train"))
        .containsExactly(
            "Sink Committer: sink-sapflow.steps.v1",
            "candidates",
            "seen-steps",
            "sink-sapflow.steps.v1",
            "train",
            "watched-candidates",
            "watched-steps");
    assertThat(uids.get("probe"))
        .containsExactly(
            "Sink Committer: sink-sapflow.probes.v1", "probe", "sink-sapflow.probes.v1");
    assertThat(uids).containsOnlyKeys("train", "probe", "default");
    assertThat(groups(apart)).containsOnlyKeys(groups(shared).keySet());
    assertThat(chains(apart)).isEqualTo(chains(shared));
  }

  @Test
  void submit_fewerSlotsThanNeeded_saysHowManyOfBoth() {
    assertThatThrownBy(() -> run.submit(job("apart", 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "sapflow.job.parallelism: found a job that needs 6 task slots"
                + " (sapflow.job.parallelism: 2, sapflow.job.slot-sharing: apart), expected at most"
                + " 4, which the cluster of this process has: lower sapflow.job.parallelism, or set"
                + " sapflow.job.slot-sharing: shared");
  }

  /** State knows nothing of slots: it goes from one to the other and back. */
  @Test
  void apart_trainsInThreeSlots_andGoesOnFromStateOfAJobThatSharesOne() {
    List<Long> steps = new ArrayList<>();
    String savepoint = null;
    int sent = 0;
    for (String sharing : List.of("apart", "shared", "apart")) {
      Configuration job = job(sharing, 1);
      if (savepoint != null) {
        job.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
      }
      run.submit(job);
      assertThat(slots()).isEqualTo(new TaskSlots(4, sharing.equals("apart") ? 1 : 3));
      try (Feed feed = new Feed(run.bootstrapServers());
          Watcher watcher = new Watcher(run.bootstrapServers())) {
        for (int i = 0; i < EXAMPLES; i++, sent++) {
          feed.example(
              ToyExamples.example(
                  "helper",
                  "forum",
                  "e-" + sent,
                  sent,
                  new ToyWorld(1).newTask(3 * EXAMPLES, Split.TRAIN).get(sent)));
        }
        feed.flush();
        steps = trained(watcher, sent);
      }
      savepoint =
          run.cluster().stop(run.job(), work.resolve("savepoints").toUri().toString(), LIMIT);
      run.cluster().awaitEnd(run.job(), LIMIT);
    }
    assertThat(steps).isEqualTo(LongStream.rangeClosed(1, steps.size()).boxed().toList());
  }

  /** Waits until so many examples are trained; the numbers of all steps. */
  private static List<Long> trained(Watcher watcher, int examples) {
    List<TrainingStep> steps = new ArrayList<>();
    long end = System.nanoTime() + LIMIT.toNanos();
    while (steps.stream().mapToInt(TrainingStep::getExamples).sum() < examples) {
      assertThat(System.nanoTime()).as("%s steps", steps.size()).isLessThan(end);
      run.check();
      watcher.poll(
          POLL,
          record -> {
            if (record instanceof TrainingStep step && step.getOutcome() == StepStatus.TRAINED) {
              steps.add(step);
            }
          });
    }
    assertThat(steps.stream().mapToInt(TrainingStep::getExamples).sum()).isEqualTo(examples);
    return steps.stream().map(TrainingStep::getStep).toList();
  }

  private static TaskSlots slots() {
    Configuration at = new Configuration();
    at.set(RestOptions.ADDRESS, run.webUrl().getHost());
    at.set(RestOptions.PORT, run.webUrl().getPort());
    try (RemoteCluster client = RemoteCluster.at(at)) {
      long end = System.nanoTime() + LIMIT.toNanos();
      Optional<TaskSlots> slots = client.slots();
      while (slots.isEmpty()) {
        assertThat(System.nanoTime()).isLessThan(end);
        slots = client.slots();
      }
      return slots.orElseThrow();
    }
  }
}
