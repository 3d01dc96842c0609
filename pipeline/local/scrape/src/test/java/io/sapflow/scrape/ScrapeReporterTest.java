package io.sapflow.scrape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MeterView;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.runtime.clusterframework.types.ResourceID;
import org.apache.flink.runtime.executiongraph.ExecutionAttemptID;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;
import org.apache.flink.runtime.metrics.MetricRegistryConfiguration;
import org.apache.flink.runtime.metrics.MetricRegistryImpl;
import org.apache.flink.runtime.metrics.ReporterSetup;
import org.apache.flink.runtime.metrics.ReporterSetupBuilder;
import org.apache.flink.runtime.metrics.filter.ReporterFilter;
import org.apache.flink.runtime.metrics.groups.TaskManagerMetricGroup;
import org.apache.flink.runtime.metrics.groups.TaskMetricGroup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** In a registry of Flink's own, over HTTP. */
class ScrapeReporterTest {

  private static final String STEPS = "flink_taskmanager_job_task_sapflow_steps";

  private final ScrapeReporter reporter = new ScrapeReporter();
  private MetricRegistryImpl registry;
  private TaskMetricGroup task;

  @BeforeEach
  void start() throws Exception {
    MetricConfig config = new MetricConfig();
    config.setProperty("port", "0");
    registry =
        new MetricRegistryImpl(
            MetricRegistryConfiguration.fromConfiguration(new Configuration(), 10_000),
            List.of(
                ReporterSetupBuilder.METRIC_SETUP_BUILDER.forReporter("test", config, reporter)));
    task =
        TaskManagerMetricGroup.createTaskManagerMetricGroup(registry, "host", new ResourceID("tm"))
            .addJob(new JobID(), "job \"a\"\\b")
            .addTask(ExecutionAttemptID.randomId(), "train");
  }

  @AfterEach
  void end() throws Exception {
    registry.closeAsync().get();
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    URI url = URI.create("http://127.0.0.1:" + reporter.port() + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString());
  }

  private String scrape() throws IOException, InterruptedException {
    return get("/metrics").body();
  }

  @Test
  void scrape_counter_isOneUnderFlinksNameWithLabels() throws Exception {
    MetricGroup adapter = task.addGroup("sapflow").addGroup("adapter", "helper-1");
    adapter.counter("steps").inc(3);
    assertThat(scrape())
        .contains("# TYPE flink_taskmanager_job_task_sapflow_adapter_steps counter\n")
        .containsPattern(
            "flink_taskmanager_job_task_sapflow_adapter_steps\\{adapter=\"helper-1\",host=\"host\",.*"
                + "job_name=\"job \\\\\"a\\\\\"\\\\\\\\b\",.*tm_id=\"tm\"} 3\n");
  }

  @Test
  void scrape_otherKinds_areGaugesAndSummaries() throws Exception {
    MetricGroup own = task.addGroup("sapflow");
    own.gauge("loss", (Gauge<Double>) () -> 0.25);
    own.gauge("unknown", (Gauge<Double>) () -> Double.NaN);
    own.gauge("text", (Gauge<String>) () -> "no number");
    own.gauge(
        "broken",
        (Gauge<Double>)
            () -> {
              throw new IllegalStateException("closed");
            });
    own.meter("rate", new MeterView(60));
    own.histogram("millis", new DescriptiveStatisticsHistogram(10)).update(7);
    assertThat(scrape().replaceAll("\\{[^}\n]*?(quantile=\"[^\"]*\")?}", "{$1}"))
        .contains(
            "# TYPE flink_taskmanager_job_task_sapflow_loss gauge\n",
            "sapflow_loss{} 0.25\n",
            "sapflow_unknown{} NaN\n",
            "# TYPE flink_taskmanager_job_task_sapflow_rate gauge\n",
            "sapflow_rate{} 0\n",
            "# TYPE flink_taskmanager_job_task_sapflow_millis summary\n",
            "sapflow_millis{quantile=\"0.5\"} 7\n",
            "sapflow_millis_count{} 1\n")
        .doesNotContain("sapflow_text{", "sapflow_broken{");
  }

  @Test
  void scrape_metricThatFails_isLeftOutWhole_othersAreThere() throws Exception {
    MetricGroup own = task.addGroup("sapflow");
    own.counter(
        "brokenCounter",
        new SimpleCounter() {
          @Override
          public long getCount() {
            throw new IllegalStateException("closed");
          }
        });
    own.histogram(
        "brokenMillis",
        new DescriptiveStatisticsHistogram(10) {
          @Override
          public long getCount() {
            throw new IllegalStateException("closed");
          }
        });
    own.counter("steps").inc();
    assertThat(scrape())
        .contains(STEPS + "{")
        .doesNotContain("sapflow_brokenCounter{", "sapflow_brokenMillis{");
  }

  @Test
  void callers_thatSendHalfARequest_doNotKeepOutTheNext() throws Exception {
    List<Socket> halves = new ArrayList<>();
    try {
      for (int i = 0; i < 8; i++) {
        Socket half = new Socket(InetAddress.getLoopbackAddress(), reporter.port());
        halves.add(half);
        half.getOutputStream().write("GET /metr".getBytes(StandardCharsets.UTF_8));
      }
      URI url = URI.create("http://127.0.0.1:" + reporter.port() + "/metrics");
      HttpRequest request =
          HttpRequest.newBuilder(url)
              .timeout(Duration.ofSeconds(4L * ScrapeServer.REQUEST_SECONDS))
              .build();
      assertThat(
              HttpClient.newHttpClient()
                  .send(request, HttpResponse.BodyHandlers.ofString())
                  .statusCode())
          .isEqualTo(200);
    } finally {
      for (Socket half : halves) {
        half.close();
      }
    }
  }

  @Test
  void scrape_groupEnded_isWithoutIt() throws Exception {
    task.addGroup("sapflow").counter("steps");
    assertThat(scrape()).contains(STEPS);
    task.close();
    assertThat(scrape()).doesNotContain(STEPS);
  }

  @Test
  void call_otherPathOrForeignHost_isRefused() throws Exception {
    assertThat(get("/").statusCode()).isEqualTo(404);
    try (Socket foreign = new Socket(InetAddress.getLoopbackAddress(), reporter.port())) {
      foreign
          .getOutputStream()
          .write(
              "GET /metrics HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.UTF_8));
      assertThat(new String(foreign.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 403");
    }
  }

  @Test
  void open_portsTaken_takesTheNextOrNamesThem() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      MetricConfig config = new MetricConfig();
      config.setProperty("port", Integer.toString(taken.getLocalPort()));
      ScrapeReporter second = new ScrapeReporter();
      assertThatThrownBy(() -> second.open(config))
          .hasMessageContaining(
              "metrics.reporter: found no free port of [%d] at 127.0.0.1, expected one",
              taken.getLocalPort());
      second.close();
      config.setProperty("port", taken.getLocalPort() + ",0");
      second.open(config);
      assertThat(second.port()).isNotEqualTo(taken.getLocalPort());
      second.close();
    }
  }

  @Test
  void configuration_ofCompose_isTakenByFlink() throws Exception {
    Configuration flink =
        GlobalConfiguration.loadConfiguration(
            Path.of("../../../deploy/docker").toAbsolutePath().normalize().toString());
    flink.setString("metrics.reporter.sapflow.port", "0");
    List<ReporterSetup> setups =
        ReporterSetupBuilder.METRIC_SETUP_BUILDER.fromConfiguration(
            flink, options -> ReporterFilter.getNoOpFilter(), null);
    assertThat(setups).hasSize(1);
    ReporterSetup setup = setups.get(0);
    assertThat(setup.getReporter()).isInstanceOf(ScrapeReporter.class);
    assertThat(setup.getExcludedVariables()).contains("<task_attempt_id>", "<task_attempt_num>");
    ((ScrapeReporter) setup.getReporter()).close();
  }
}
