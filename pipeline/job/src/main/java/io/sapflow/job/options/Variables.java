package io.sapflow.job.options;

import io.sapflow.ingest.RecordSignature;
import io.sapflow.ingest.SourcePolicy;
import io.sapflow.ingest.registry.SchemaRegistry;
import io.sapflow.job.kafka.TokenEndpoint;
import io.sapflow.model.TorchRuntime;
import io.sapflow.publish.VllmSettings;
import io.sapflow.publish.WebhookSettings;
import io.sapflow.telemetry.TelemetrySettings;
import java.util.List;

/** What stands in no configuration: secrets, and what a JVM needs before it reads one. */
public final class Variables {

  /** Variable of the environment with the key to the moderations' server. */
  public static final String MODERATION_KEY = "SAPFLOW_JUDGE_MODERATION_KEY";

  /** Variable of the environment with the key to the guard model's server. */
  public static final String GUARD_KEY = "SAPFLOW_JUDGE_GUARD_KEY";

  /** Variable of the environment that has stack traces of errors printed. */
  public static final String DEBUG = "SAPFLOW_DEBUG";

  private static final String TASKS = "submitting machine, TaskManagers, commands";
  private static final String TASK_MANAGERS = "TaskManagers";
  private static final String COMMANDS = "commands";
  private static final String EVERY_JVM = "every JVM";
  private static final String AVRO = "org.apache.avro.limits.";

  private Variables() {}

  /** Variables of the environment. */
  public static List<Variable> environment() {
    return List.of(
        new Variable(
            RecordSignature.VARIABLE,
            TASKS,
            "Key of what steers the job: commands, pairs, prompts, versions and reports. Where it"
                + " is there, such records that it did not sign are set aside."),
        new Variable(
            SourcePolicy.variable("source"),
            TASKS,
            "Key of a source that sapflow.sources.keys lists, the source's name in capitals with _"
                + " for - and . in the place of SOURCE."),
        new Variable(
            MODERATION_KEY,
            TASK_MANAGERS + ", " + COMMANDS,
            "Key to the server of sapflow.judge.moderation.url."),
        new Variable(
            GUARD_KEY,
            TASK_MANAGERS + ", " + COMMANDS,
            "Key to the server of sapflow.judge.guard.url."),
        new Variable(
            WebhookSettings.AUTHORIZATION,
            TASK_MANAGERS,
            "Value of the Authorization header to sapflow.alert.webhook.url."),
        new Variable(
            WebhookSettings.ROUTING_KEY,
            TASK_MANAGERS,
            "Routing key of PagerDuty, where sapflow.alert.webhook.kind is pagerduty."),
        new Variable(
            VllmSettings.KEY, TASK_MANAGERS, "Key to the servers of sapflow.publish.vllm.url."),
        new Variable(
            TelemetrySettings.AUTHORIZATION,
            TASK_MANAGERS,
            "Value of the Authorization header to sapflow.otel.endpoint."),
        new Variable(
            SchemaRegistry.AUTHORIZATION,
            TASKS,
            "user:password for the registry of sapflow.schema-registry.url."),
        new Variable(DEBUG, COMMANDS, "Set to anything, has the stack traces of errors printed."),
        new Variable(
            "SAPFLOW_ARCHIVE",
            COMMANDS,
            "none has the launcher make no archive of classes after a build; one that is there is used."),
        new Variable("NO_COLOR", COMMANDS, "Set to anything, has nothing printed in colours."));
  }

  /** System properties of JVMs. */
  public static List<Variable> properties() {
    return List.of(
        new Variable(
            TorchRuntime.THREADS,
            "every JVM with a model",
            "Threads of one pass of the model; by default half of the processors. Another number"
                + " gives other bits."),
        new Variable(
            "sapflow.home",
            COMMANDS,
            "Sapflow's directory; the launcher sets it, by default it is looked for upwards from"
                + " the working directory."),
        new Variable(
            "sapflow.archive",
            COMMANDS,
            "none has the local broker start without its archive of classes, make has it make one as"
                + " it ends; the launcher makes it once after a build."),
        new Variable(
            AVRO + "string.maxLength",
            EVERY_JVM,
            "The most bytes that a record's text may claim; 4194304 where it is not set."),
        new Variable(
            AVRO + "bytes.maxLength",
            EVERY_JVM,
            "The most bytes that a record's bytes may claim; 16777216 where it is not set."),
        new Variable(
            AVRO + "collectionItems.maxLength",
            EVERY_JVM,
            "The most items that a record's list may claim; 1000000 where it is not set."),
        new Variable(
            TokenEndpoint.ALLOWED,
            "JobManager, TaskManagers, Flink's client",
            "Addresses that Kafka's clients may ask for tokens, separated by commas; commands and run"
                + " set it to that of their configuration where it is not set."));
  }
}
