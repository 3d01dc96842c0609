package io.sapflow.local.devices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.job.ConfigFile;
import io.sapflow.job.kafka.StackException;
import io.sapflow.job.kafka.Waiting;
import io.sapflow.local.run.JobJar;
import io.sapflow.local.run.LocalRun;
import io.sapflow.local.run.Submission;
import io.sapflow.local.stack.ClusterOptions;
import io.sapflow.local.stack.KafkaBroker;
import io.sapflow.local.stack.ProcessCluster;
import io.sapflow.local.stack.TaskSlots;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.toy.ToyModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.externalresource.ExternalResourceDriverFactory;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A cluster of other processes with one task slot, whose Flink gives its TaskManager a device by a
 * plugin, of an index that no machine has.
 */
@Timeout(300)
class ExternalDevicesIT {

  private static final String INDEX = "777";
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private static WorkDirectory work;
  private static KafkaBroker broker;
  private static ProcessCluster cluster;
  private static String model;

  @BeforeAll
  static void start() throws IOException {
    work = WorkDirectory.create();
    broker = KafkaBroker.start(work, "kafka");
    LocalRun.createTopics(broker.bootstrapServers());
    model = ToyModel.unpack(work.path()).toString();
    Path flink = work.resolve("flink");
    writePlugin(flink.resolve("plugins/listed-devices/listed-devices.jar"));
    Configuration gives = new Configuration();
    gives.setString("external-resources", "gpu");
    gives.setString("external-resource.gpu.amount", "1");
    gives.setString("external-resource.gpu.driver-factory.class", ListedDevices.class.getName());
    gives.setString("external-resource.gpu.param.indices", INDEX);
    cluster = ProcessCluster.start(work, new ClusterOptions(1, 1, flink, gives));
  }

  @AfterAll
  static void end() {
    work.close();
  }

  /** As docs/operations.md has Flink's own: a directory of its own in {@code plugins/}. */
  private static void writePlugin(Path jar) throws IOException {
    Files.createDirectories(jar.getParent());
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      for (Class<?> part : List.of(ListedDevices.class, ListedDevices.Device.class)) {
        String name = part.getName().replace('.', '/') + ".class";
        out.putNextEntry(new JarEntry(name));
        try (InputStream in = part.getResourceAsStream("/" + name)) {
          in.transferTo(out);
        }
      }
      out.putNextEntry(
          new JarEntry("META-INF/services/" + ExternalResourceDriverFactory.class.getName()));
      out.write(ListedDevices.class.getName().getBytes(StandardCharsets.UTF_8));
    }
  }

  private static Submission submission(List<String> lines, String... more) {
    Map<String, String> values = new TreeMap<>();
    values.put("rest.address", cluster.webUrl().getHost());
    values.put("rest.port", Integer.toString(cluster.webUrl().getPort()));
    values.put("sapflow.job.name", "helper");
    values.put("sapflow.kafka.bootstrap-servers", broker.bootstrapServers());
    values.put("sapflow.model.path", model);
    values.put("sapflow.adapter.store", work.resolve("adapters").toUri().toString());
    for (int i = 0; i < more.length; i += 2) {
      values.put(more[i], more[i + 1]);
    }
    return new Submission(ConfigFile.of(values), true, Submission.LIMIT, lines::add);
  }

  /** The job fails for good, once. */
  private static void failsWith(String message, String... settings) {
    assertThatThrownBy(() -> submission(new ArrayList<>(), settings).submit(JobJar.find()))
        .isInstanceOf(StackException.class)
        .hasMessageMatching("job \\w+ failed: io\\.sapflow\\.model\\.ModelException: " + message);
    assertThat(cluster.client().running("helper")).isEmpty();
  }

  @Test
  void auto_takesTheDeviceThatFlinkGives_andFailsTheJobOnceWhereItIsNotThere() {
    failsWith(
        "sapflow\\.model\\.device: found auto, for which Flink's external resource gpu gives"
            + " cuda:777, where libtorch \\S+ \\(\\w+, /\\S+\\) has \\d+ CUDA devices.*, expected"
            + " .+");
  }

  @Test
  void anotherIndexThanFlinkGives_isRefused() {
    failsWith(
        "sapflow\\.model\\.device: found cuda:0, but Flink's external resource gpu gives this task"
            + " cuda:777, expected one of these, or cuda, which takes what Flink gives",
        "sapflow.model.device",
        "cuda:0");
  }

  @Test
  void anotherResource_isNotGiven_andTheCpuStaysTheCpu() throws IOException {
    for (Map.Entry<String, String> setting :
        Map.of("sapflow.model.external-resource", "cards", "sapflow.model.device", "cpu")
            .entrySet()) {
      JobID job =
          submission(new ArrayList<>(), setting.getKey(), setting.getValue()).submit(JobJar.find());
      cluster.client().job(job).cancel(LIMIT);
    }
    assertThat(logs())
        .contains("train 0 computes on cpu", "probe 0 computes on cpu", "train 0 computes on auto");
  }

  @Test
  void moreSlotsThanThereAre_submitSaysHowManyAndWaits() throws Exception {
    List<String> lines = Collections.synchronizedList(new ArrayList<>());
    Submission submission =
        submission(lines, "sapflow.model.device", "cpu", "sapflow.job.slot-sharing", "apart");
    // The slot of a job that has ended comes back a moment later.
    while (!cluster.client().slots().equals(Optional.of(new TaskSlots(1, 1)))) {
      Waiting.pause(Duration.ofMillis(100));
    }
    CompletableFuture<JobID> submitted =
        CompletableFuture.supplyAsync(() -> submission.submit(JobJar.find()));
    long end = System.nanoTime() + LIMIT.toNanos();
    while (cluster.client().running("helper").isEmpty()) {
      assertThat(submitted).isNotDone();
      assertThat(System.nanoTime()).isLessThan(end);
      Waiting.pause(Duration.ofMillis(100));
    }
    cluster.client().job(cluster.client().running("helper").orElseThrow()).cancel(LIMIT);
    assertThatThrownBy(submitted::get).hasCauseInstanceOf(StackException.class);
    assertThat(lines)
        .contains(
            "the job waits for task slots: the cluster has 1, 1 of them free, and it needs 3 task"
                + " slots (sapflow.job.parallelism: 1, sapflow.job.slot-sharing: apart)");
  }

  private static String logs() throws IOException {
    StringBuilder all = new StringBuilder();
    for (Path log : cluster.logs()) {
      all.append(Files.readString(log));
    }
    return all.toString();
  }
}
