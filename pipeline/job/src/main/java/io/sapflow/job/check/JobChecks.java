package io.sapflow.job.check;

import io.sapflow.job.JobSettings;
import io.sapflow.job.kafka.StackException;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Looks at everything that a job needs, all of it at the same time. */
public final class JobChecks {

  /** For all of them together. */
  private static final Duration LIMIT = Duration.ofSeconds(50);

  private JobChecks() {}

  /**
   * A check that was made.
   *
   * @param name of the check
   * @param finding what it has found
   */
  public record Made(String name, Finding finding) {}

  /**
   * Makes every check, in their order.
   *
   * @param settings that {@link io.sapflow.job.Preflight#settings} has passed
   * @param clock this machine's
   */
  public static List<Made> look(JobSettings settings, Purpose purpose, InstantSource clock) {
    Subject subject = new Subject(settings, purpose);
    List<Check> checks = checks(subject, clock);
    ExecutorService threads = Executors.newCachedThreadPool(JobChecks::thread);
    try {
      List<Future<Finding>> findings = new ArrayList<>();
      checks.forEach(check -> findings.add(threads.submit(() -> safely(check))));
      List<Made> made = new ArrayList<>();
      long end = System.nanoTime() + LIMIT.toNanos();
      for (int i = 0; i < checks.size(); i++) {
        made.add(new Made(checks.get(i).name(), await(findings.get(i), end)));
      }
      // A check that has not ended may still use what it has opened.
      if (findings.stream().allMatch(Future::isDone)) {
        subject.close();
      }
      return made;
    } finally {
      threads.shutdownNow();
    }
  }

  /**
   * Refuses a job that would not run.
   *
   * @param settings that {@link io.sapflow.job.Preflight#settings} has passed
   * @param warnings is told, one line each, what is wrong and keeps no job from starting
   * @throws StackException in one line that names the first check that fails
   */
  public static void require(JobSettings settings, Purpose purpose, Consumer<String> warnings) {
    List<Made> made = look(settings, purpose, Clock.systemUTC());
    for (Made each : made) {
      String line = "check " + each.name() + ": " + each.finding().words();
      switch (each.finding().outcome()) {
        case FAULT -> throw new StackException(line);
        case WARNING -> warnings.accept("warning: " + line);
        default -> {
          // Nothing to tell.
        }
      }
    }
  }

  private static List<Check> checks(Subject subject, InstantSource clock) {
    List<Check> checks = new ArrayList<>();
    checks.add(new BrokersCheck(subject));
    checks.add(new CredentialsCheck(subject));
    checks.add(new WithBrokers(subject, new AclsCheck(subject)));
    checks.add(new WithBrokers(subject, new TopicsCheck(subject)));
    checks.add(new StoreCheck(subject));
    checks.add(new CheckpointsCheck(subject));
    if (subject.purpose() != Purpose.JAR) {
      // The main class has read these before it comes here.
      checks.add(new ModelCheck(subject));
      checks.add(new TokenizerCheck(subject));
    }
    checks.add(new DeviceCheck(subject));
    checks.add(new WithBrokers(subject, new PairsCheck(subject)));
    checks.add(new WithBrokers(subject, new PromptsCheck(subject)));
    checks.add(new JudgesCheck(subject));
    checks.add(new WebhookCheck(subject));
    checks.add(new VllmCheck(subject));
    checks.add(new WithBrokers(subject, new ClockCheck(subject, clock)));
    checks.add(new RegistryCheck(subject));
    return checks;
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "sapflow-check");
    thread.setDaemon(true);
    return thread;
  }

  /** Whatever goes wrong in a check is what it has found. */
  private static Finding safely(Check check) {
    try {
      return check.look();
    } catch (RuntimeException | LinkageError e) {
      return Finding.unseen(
          e.getMessage() == null ? e.toString() : e.getMessage(), "a look at " + check.name());
    }
  }

  private static Finding await(Future<Finding> finding, long end) {
    try {
      return finding.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return Finding.unseen(
          "no answer within " + LIMIT.toSeconds() + " s", "an answer in this time");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted while looking at what the job needs", e);
    }
  }
}
