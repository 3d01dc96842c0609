package io.sapflow.cli;

import io.sapflow.control.Issuers;
import io.sapflow.ingest.AdapterIds;
import io.sapflow.job.access.AccessList;
import io.sapflow.ops.topics.Answers;
import io.sapflow.ops.topics.Brokers;
import io.sapflow.ops.topics.PersonCommand;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.ControlCommand;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sapflow control}: a person's command to an adapter's trainer. */
@Command(
    name = "control",
    description = {
      "Give an adapter's trainer a command, and wait for its answer.",
      "acknowledge ends the alert incident: a person has seen what was rolled back or set aside.",
      "It is signed where SAPFLOW_CONTROL_KEY is in the environment.",
      "Exit code 1 if it is refused, or not answered in time."
    },
    sortOptions = false)
public final class ControlCommandLine implements Callable<Integer> {

  private static final int LONGEST = 256;

  /** What a person may command. */
  enum Kind {
    PAUSE(CommandKind.PAUSE),
    RESUME(CommandKind.RESUME),
    ROLLBACK(CommandKind.ROLLBACK),
    PROBE_NOW(CommandKind.PROBE_NOW),
    QUARANTINE_SOURCE(CommandKind.QUARANTINE_SOURCE),
    RELEASE_SOURCE(CommandKind.RELEASE_SOURCE),
    ACKNOWLEDGE(CommandKind.ACKNOWLEDGE);

    private final CommandKind kind;

    Kind(CommandKind kind) {
      this.kind = kind;
    }

    boolean ofSource() {
      return this == QUARANTINE_SOURCE || this == RELEASE_SOURCE;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  @Parameters(index = "0", paramLabel = "COMMAND", description = "One of ${COMPLETION-CANDIDATES}.")
  private Kind kind;

  @Mixin private BrokerMixin broker;

  @Option(
      names = "--adapter",
      paramLabel = "ID",
      required = true,
      description = "The adapter, or * for every one.")
  private String adapter;

  @Option(
      names = "--version",
      paramLabel = "V",
      description = "Of rollback: a version that was promoted, or one since; the promoted one.")
  private String version;

  @Option(
      names = "--source",
      paramLabel = "NAME",
      description = "Of quarantine-source and release-source.")
  private String source;

  @Option(
      names = "--seen",
      paramLabel = "N",
      description =
          "Of acknowledge: how many rollbacks and quarantines of sources you have seen, the value of"
              + " the alert incident.")
  private Integer seen;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      required = true,
      description = "Why; it stands beside the command on the control topic.")
  private String reason;

  @Option(
      names = "--issuer",
      paramLabel = "NAME",
      defaultValue = "${env:USER:-${sys:user.name}}",
      description = "Who gives it; ${DEFAULT-VALUE}.")
  private String issuer;

  @Option(names = "--at-step", paramLabel = "N", description = "Not before this step.")
  private Long atStep;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      defaultValue = "120",
      description =
          "For the answer; ${DEFAULT-VALUE}. 0: do not wait, exit code 0 once it is sent.")
  private long wait;

  @Override
  public Integer call() {
    check();
    Brokers brokers = broker.brokers(AccessList.ofControl(broker.settings()));
    ControlCommand command =
        new PersonCommand(kind.kind, adapter, version, source, seen, atStep, issuer, reason)
            .command("person/" + UUID.randomUUID(), System.currentTimeMillis());
    Answers answers = new Answers(brokers, System.out::println);
    return answers.send(command, Duration.ofSeconds(wait)) ? 0 : 1;
  }

  private void check() {
    if (!adapter.equals("*") && !AdapterIds.valid(adapter)) {
      throw new UsageException("--adapter: found " + adapter + ", expected [a-z0-9-]{1,64} or *");
    }
    if (kind.ofSource() && (source == null || source.isBlank())) {
      throw new UsageException("--source: is missing, expected a name, which " + kind + " needs");
    }
    if (!kind.ofSource() && source != null) {
      throw new UsageException(
          "--source: found " + source + ", expected none: " + kind + " takes no source");
    }
    checkSeen();
    if (kind != Kind.ROLLBACK && version != null) {
      throw new UsageException(
          "--version: found " + version + ", expected none: " + kind + " takes no version");
    }
    if (reason.isBlank()) {
      throw new UsageException("--reason: found nothing but blanks, expected why");
    }
    if (issuer.isBlank() || issuer.length() > LONGEST || isReserved(issuer)) {
      throw new UsageException(
          "--issuer: found "
              + (issuer.length() > LONGEST ? issuer.length() + " characters" : "'" + issuer + "'")
              + ", expected a person's name of at most "
              + LONGEST
              + " characters; "
              + String.join(", ", Issuers.RESERVED)
              + " are the job's own");
    }
    if (atStep != null && atStep < 0) {
      throw new UsageException("--at-step: found " + atStep + ", expected 0 or more");
    }
    if (wait < 0) {
      throw new UsageException("--wait: found " + wait + ", expected 0 or more");
    }
  }

  private void checkSeen() {
    if (kind == Kind.ACKNOWLEDGE && (seen == null || seen < 1)) {
      throw new UsageException(
          "--seen: "
              + (seen == null ? "is missing" : "found " + seen)
              + ", expected how many rollbacks and quarantines of sources you have seen, 1 or more:"
              + " the value of the alert incident, with which its summary begins (./sapflow watch"
              + " alerts --from-beginning)");
    }
    if (kind != Kind.ACKNOWLEDGE && seen != null) {
      throw new UsageException(
          "--seen: found " + seen + ", expected none: " + kind + " takes no number");
    }
  }

  /** In any spelling: a person's name is not to look like one of the job's. */
  private static boolean isReserved(String issuer) {
    return Issuers.RESERVED.contains(issuer.strip().toLowerCase(Locale.ROOT));
  }
}
