package io.sapflow.lab.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sapflow.alert.Rule;
import io.sapflow.job.options.AlertOptions;
import io.sapflow.job.options.RuleOptions;
import io.sapflow.local.run.LocalRun;
import io.sapflow.local.run.Tally;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.schema.AlertStatus;
import io.sapflow.schema.SafetyAlert;
import io.sapflow.testing.Alertmanager;
import io.sapflow.testing.Pager;
import io.sapflow.toy.ToyModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The demo's incident by a job's defaults, told by a real Alertmanager with usual grouping. */
@Timeout(240)
class IncidentPageIT {

  private static final DemoStream.Size SHORT = new DemoStream.Size(400, 1000, 0.9);
  private static final long SEED = 5;
  private static final String ADAPTER = "\"adapter\":\"" + DemoStream.ADAPTER + "\"";

  /** Longer than a rollback takes after the first alert, with a restart in between, here too. */
  private static final Duration GROUP_WAIT = Duration.ofSeconds(45);

  /** Keeps alerts, and has the job restart when the first one fires. */
  private record Watcher(LocalRun run, List<String> alerts) implements DemoView {
    @Override
    public void phase(String text) {}

    @Override
    public void heard(SpecificRecord record) {
      if (record instanceof SafetyAlert alert) {
        if (alerts.isEmpty()) {
          run.cluster().startTaskManager();
          run.cluster().terminateTaskManager(0);
        }
        alerts.add(alert.getRule() + " " + alert.getStatus());
      }
    }

    @Override
    public void update(Tally tally, int sent) {}

    @Override
    public void close() {}
  }

  @Test
  void incident_quickerThanThePager_withARestartInIt_isOnePage(@TempDir Path directory)
      throws Exception {
    String missing = Alertmanager.missing();
    assumeTrue(missing == null, missing);
    List<String> alerts = new CopyOnWriteArrayList<>();
    try (Pager pager = new Pager();
        Alertmanager manager =
            new Alertmanager(
                    directory, Alertmanager.config(pager.url(), GROUP_WAIT.toSeconds() + "s", "5m"))
                .start()) {
      try (WorkDirectory work = WorkDirectory.create();
          LocalRun run = LocalRun.start(work, 1)) {
        Configuration configuration =
            run.complete(
                DemoSettings.configuration(
                    ToyModel.unpack(work.path()),
                    SEED,
                    "sap",
                    false,
                    Map.of(AlertOptions.WEBHOOK_URL.key(), manager.url().toString())));
        for (Rule rule : Rule.values()) {
          configuration.removeConfig(RuleOptions.of(rule).keepFiringFor());
        }
        configuration.removeConfig(RuleOptions.of(Rule.INCIDENT).enabled());
        new Demo(SEED, new DemoStream(SEED, SHORT), new Watcher(run, alerts))
            .run(run, configuration);
      }
      // The job is gone, and what it told is at Alertmanager still.
      pager.await("firing", ADAPTER, GROUP_WAIT.multipliedBy(2));
      assertThat(alerts)
          .as("the topic tells at once what has resolved")
          .contains(
              "harmful-score " + AlertStatus.FIRING,
              "harmful-score " + AlertStatus.RESOLVED,
              "source-suspicious " + AlertStatus.FIRING,
              "source-suspicious " + AlertStatus.RESOLVED,
              "incident " + AlertStatus.FIRING)
          .as("nobody has acknowledged it")
          .doesNotContain("incident " + AlertStatus.RESOLVED);
      Thread.sleep(3_000);
      assertThat(pager.pages("firing", ADAPTER)).hasSize(1);
      assertThat(pager.pages("firing", ADAPTER).get(0))
          .contains(
              "\"alertname\":\"harmful-score\"",
              "\"alertname\":\"source-suspicious\"",
              "\"alertname\":\"incident\"");
      assertThat(pager.pages("resolved", "")).isEmpty();
    }
  }
}
