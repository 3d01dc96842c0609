package io.sapflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.local.run.Feed;
import io.sapflow.local.run.LocalRun;
import io.sapflow.local.stack.KafkaBroker;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.toy.Dialogue;
import io.sapflow.toy.Split;
import io.sapflow.toy.ToyExamples;
import io.sapflow.toy.ToyModel;
import io.sapflow.toy.ToyWorld;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class PrometheusIT {

  @Test
  void dump() throws Exception {
    try (WorkDirectory work = WorkDirectory.create()) {
      KafkaBroker broker = KafkaBroker.start(work, "kafka");
      LocalRun.createTopics(broker.bootstrapServers());
      Feed feed = work.own(new Feed(broker.bootstrapServers()));
      ToyExamples.pairs(new ToyWorld(0).safetyPairs(16)).forEach(feed::pair);
      ToyExamples.prompts(new ToyWorld(0).probePrompts(40, 4)).forEach(feed::prompt);
      Path config = work.resolve("job.yaml");
      Files.writeString(
          config,
          """
          sapflow:
            job.name: helper
            kafka.bootstrap-servers: %s
            model.path: %s
            adapter.store: %s
            checkpoint.interval: 500 ms
            batch.window: 20
            adapter.version-updates: 5
            alert.webhook.url: http://127.0.0.1:9/
            metrics.prometheus-port: 19249
          """
              .formatted(
                  broker.bootstrapServers(),
                  ToyModel.unpack(work.path()),
                  work.resolve("adapters").toUri()));
      List<Dialogue> dialogues = new ToyWorld(1).newTask(100, Split.TRAIN);
      for (int i = 0; i < 60; i++) {
        feed.example(ToyExamples.example("helper", "forum", "forum-" + i, i, dialogues.get(i)));
      }
      feed.flush();
      try (RunInChild run = RunInChild.start(work.path(), "run", config)) {
        run.awaitTrained(broker.bootstrapServers(), 60);
        String text = "";
        long end = System.nanoTime() + 30_000_000_000L;
        while (!text.contains("sapflow_adapter_verdict_verdicts{") && System.nanoTime() < end) {
          Thread.sleep(500);
          text =
              HttpClient.newHttpClient()
                  .send(
                      HttpRequest.newBuilder(URI.create("http://127.0.0.1:19249/metrics")).build(),
                      HttpResponse.BodyHandlers.ofString())
                  .body();
        }
        Files.writeString(Path.of("/tmp/scrape.txt"), text);
        System.out.println(run.said());
        assertThat(text).contains("sapflow_adapter_verdict_verdicts{");
      }
    }
  }
}
