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

  /** For all of them together, but those that read a whole model. */
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
    List<Made> made = new ArrayList<>();
    look(settings, purpose, clock, made::add);
    return made;
  }

  /**
   * Refuses a job that would not run. What is looked at after the first check that fails is not
   * waited for.
   *
   * @param settings that {@link io.sapflow.job.Preflight#settings} has passed
   * @param warnings is told, one line each, what is wrong and keeps no job from starting
   * @throws StackException in one line that names the first check that fails
   */
  public static void require(JobSettings settings, Purpose purpose, Consumer<String> warnings) {
    look(settings, purpose, Clock.systemUTC(), made -> require(made, warnings));
  }

  private static void require(Made made, Consumer<String> warnings) {
    String line = "check " + made.name() + ": " + made.finding().words();
    switch (made.finding().outcome()) {
      case FAULT -> throw new StackException(line);
      case WARNING -> warnings.accept("warning: " + line);
      default -> {
        // Nothing to tell.
      }
    }
  }

  private static void look(
      JobSettings settings, Purpose purpose, InstantSource clock, Consumer<Made> told) {
    Subject subject = new Subject(settings, purpose);
    look(checks(subject, clock), LIMIT, told, subject::close);
  }

  /**
   * All begin at once; each is told as soon as it and all before it have ended.
   *
   * @param limit for all of them together, but those that read everything
   * @param told may end the look by what it throws
   * @param close is called when the last check has ended
   */
  static void look(List<Check> checks, Duration limit, Consumer<Made> told, Runnable close) {
    ExecutorService threads = Executors.newCachedThreadPool(JobChecks::thread);
    List<Future<Finding>> findings = new ArrayList<>();
    try {
      checks.forEach(check -> findings.add(threads.submit(() -> safely(check))));
      long end = System.nanoTime() + limit.toNanos();
      for (int i = 0; i < checks.size(); i++) {
        told.accept(
            new Made(checks.get(i).name(), await(checks.get(i), findings.get(i), limit, end)));
      }
    } finally {
      threads.shutdownNow();
      // A check that has not ended may still use what it has opened.
      if (findings.stream().allMatch(Future::isDone)) {
        close.run();
      } else {
        thread(() -> closeAfter(threads, close)).start();
      }
    }
  }

  private static void closeAfter(ExecutorService threads, Runnable close) {
    try {
      while (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
        // One of them still looks.
      }
      close.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
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
    checks.addAll(VllmCheck.of(subject));
    checks.add(new TelemetryCheck(subject));
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

  private static Finding await(Check check, Future<Finding> finding, Duration limit, long end) {
    try {
      return check.readsAll()
          ? finding.get()
          : finding.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return Finding.unseen(
          "no answer within " + limit.toSeconds() + " s", "an answer in this time");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted while looking at what the job needs", e);
    }
  }
}
