package io.sapflow.lab.bench;

import io.sapflow.lab.demo.DemoSettings;
import io.sapflow.local.run.LocalRun;
import io.sapflow.local.stack.KafkaBroker;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.model.TorchRuntime;
import io.sapflow.toy.ToyModel;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The start of a run in this process, from the process's beginning until every task runs. */
public final class Start {

  /** What a start consists of, in order. */
  public enum Part {
    /** The process begins, until the JVM is up. */
    JVM,
    /** Until a command's first line runs: its classes, and those of the command line. */
    CLASSES,
    /** libtorch is unpacked and loaded. */
    NATIVES,
    /** A broker is started, until it answers. */
    BROKER,
    /** Topics are made, and a cluster is started, until it answers. */
    FLINK,
    /** The job is submitted, until every task runs: its graph, its classes, the model. */
    JOB;

    /** As it is written. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private Start() {}

  /** Starts everything once and ends it; milliseconds of each part. */
  public static Map<Part, Long> measure() throws IOException {
    Instant called = Instant.now();
    Instant up = Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
    Instant begun = ProcessHandle.current().info().startInstant().orElse(up);
    Map<Part, Long> parts = new EnumMap<>(Part.class);
    // Processes begin at ticks of the kernel's, which may lie behind the JVM's own clock.
    parts.put(Part.JVM, Math.max(0, Duration.between(begun, up).toMillis()));
    parts.put(Part.CLASSES, Duration.between(up, called).toMillis());
    Lap lap = new Lap();
    TorchRuntime.device("cpu");
    parts.put(Part.NATIVES, lap.millis());
    try (WorkDirectory work = WorkDirectory.create()) {
      KafkaBroker broker = KafkaBroker.start(work, "kafka");
      parts.put(Part.BROKER, lap.millis());
      try (LocalRun run = LocalRun.on(work, broker.bootstrapServers())) {
        parts.put(Part.FLINK, lap.millis());
        run.submit(
            DemoSettings.configuration(
                ToyModel.unpack(work.path()), 0, "sap", false, new TreeMap<>()));
        parts.put(Part.JOB, lap.millis());
      }
    }
    return parts;
  }

  /** Time since the last look. */
  private static final class Lap {
    private long last = System.nanoTime();

    long millis() {
      long now = System.nanoTime();
      long millis = (now - last) / 1_000_000;
      last = now;
      return millis;
    }
  }
}
