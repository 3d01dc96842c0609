package io.sapflow.local.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.schema.TrainingStep;
import io.sapflow.toy.Dialogue;
import io.sapflow.toy.Split;
import io.sapflow.toy.ToyExamples;
import io.sapflow.toy.ToyWorld;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.opentest4j.TestAbortedException;

/** docker-compose.yml as it stands in the repository: broker, cluster and job in containers. */
class ComposeContainerIT {

  private static final int EXAMPLES = 160; // two windows
  private static final long LIMIT_SECONDS = 240;

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void send(String broker) {
    LocalRun.createTopics(broker);
    try (Feed feed = new Feed(broker)) {
      ToyExamples.pairs(new ToyWorld(0).safetyPairs(16)).forEach(feed::pair);
      List<Dialogue> dialogues = new ToyWorld(1).newTask(EXAMPLES, Split.TRAIN);
      for (int i = 0; i < EXAMPLES; i++) {
        feed.example(ToyExamples.example("helper", "forum", "forum-" + i, i, dialogues.get(i)));
      }
      feed.flush();
    }
  }

  /** The network of a loaded machine's containers may lose a connection: then once more. */
  private static void sendOrTellWhy(String broker, ComposeProject compose) {
    try {
      send(broker);
    } catch (IllegalStateException e) {
      System.out.println("ComposeContainerIT: " + e.getMessage() + "; " + compose.logs("kafka"));
      send(broker);
    }
  }

  private static List<TrainingStep> steps(String broker, ComposeProject compose) {
    List<TrainingStep> steps = new ArrayList<>();
    long end = System.nanoTime() + LIMIT_SECONDS * 1_000_000_000;
    try (Watcher watcher = new Watcher(broker)) {
      while (steps.isEmpty()) {
        assertThat(System.nanoTime())
            .as("no step; " + (System.nanoTime() < end ? "" : compose.logs("job")))
            .isLessThan(end);
        watcher.poll(
            Duration.ofMillis(200),
            record -> {
              if (record instanceof TrainingStep step) {
                steps.add(step);
              }
            });
      }
    }
    return steps;
  }

  /** The JobManager's REST interface, as the host reaches it. */
  private static void answersItsOwnOnly(String flink) throws IOException {
    assertThat(ask("GET", flink + "/jobs", Map.of())).startsWith("200 ");
    assertThat(ask("GET", flink + "/jobs", Map.of("Origin", "http://evil.example")))
        .startsWith("403 ")
        .contains("refused: Origin: found http://evil.example");
    assertThat(ask("POST", flink + "/v1/jobs", Map.of()))
        .startsWith("403 ")
        .contains("refused: a submission needs the secret of this server");
    assertThat(ask("POST", flink + "/v1/jobs", Map.of("X-Sapflow-Submit-Secret", "0".repeat(64))))
        .startsWith("403 ");
    assertThat(ask("GET", flink + "/jobs/" + "0".repeat(32) + "/yarn-cancel", Map.of()))
        .startsWith("403 ")
        .contains("refused: a GET ends no job here");
  }

  private static String ask(String method, String url, Map<String, String> headers)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url))
            .timeout(Duration.ofSeconds(30))
            .method(method, HttpRequest.BodyPublishers.noBody());
    headers.forEach(request::header);
    try {
      HttpResponse<String> answer =
          HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() + " " + answer.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Test
  @Timeout(720)
  void up_examplesOnTheHostsPort_becomeTrainingSteps() throws IOException {
    try (WorkDirectory work = WorkDirectory.create()) {
      int port = freePort();
      int flinkPort = freePort();
      ComposeProject compose;
      try {
        compose = ComposeProject.of(work, port, flinkPort);
      } catch (TestAbortedException e) {
        System.out.println("ComposeContainerIT skipped: " + e.getMessage());
        throw e;
      }
      compose.up("kafka", "jobmanager", "taskmanager");
      sendOrTellWhy("127.0.0.1:" + port, compose);
      compose.up("job");
      List<TrainingStep> steps = steps("127.0.0.1:" + port, compose);
      assertThat(steps.get(0).getAdapterId()).isEqualTo("helper");
      assertThat(steps.get(0).getExamples()).isPositive();
      assertThat(compose.logs("job"))
          .contains("job sapflow starts fresh: no checkpoint in file:/data/checkpoints/sapflow");
      assertThatThrownBy(() -> compose.run("job"))
          .hasMessageContaining("sapflow: job sapflow runs already, as ");
      assertThat(compose.scrape("kafka", "taskmanager"))
          .contains("# TYPE flink_taskmanager_job_task_operator_sapflow_steps counter");
      assertThat(compose.scrape("kafka", "jobmanager"))
          .contains("flink_jobmanager_job_numRestarts{");
      answersItsOwnOnly("http://127.0.0.1:" + flinkPort);
      for (String service : List.of("kafka", "jobmanager", "taskmanager", "job")) {
        assertThat(compose.bounds(service))
            .as(service)
            .isEqualTo("true [ALL] [no-new-privileges:true]");
      }
    }
  }
}
