package io.sapflow.cli;

import io.sapflow.job.access.Access;
import io.sapflow.job.access.AccessList;
import io.sapflow.job.kafka.TopicAdmin;
import io.sapflow.ops.topics.JobTopics;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sapflow topics}: the job's topics on a broker. */
@Command(
    name = "topics",
    description = "Make the job's topics, and look whether they are right.",
    synopsisSubcommandLabel = "COMMAND")
public final class TopicsCommand implements Runnable {

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Command(
      name = "create",
      description = "Make the topics that are missing; those that exist stay as they are.",
      sortOptions = false)
  int create(
      @Mixin BrokerMixin broker,
      @Option(
              names = "--partitions",
              defaultValue = "1",
              description =
                  "Of each topic of examples, ${DEFAULT-VALUE}; the others have one. An adapter's"
                      + " examples stand in one partition, because their key is the adapter.")
          int partitions) {
    if (partitions < 1) {
      throw new UsageException("--partitions: found " + partitions + ", expected 1 or more");
    }
    try (TopicAdmin admin = admin(broker, AccessList.ofTopicsCreate(broker.settings()))) {
      new JobTopics(admin, broker.settings().sources().exampleTopics(), System.out::println)
          .create(partitions);
      return 0;
    }
  }

  @Command(
      name = "describe",
      description = {
        "Tell what is on the broker.",
        "Exit code 1 if a topic is missing or not as the job needs it."
      },
      sortOptions = false)
  int describe(@Mixin BrokerMixin broker) {
    try (TopicAdmin admin = admin(broker, AccessList.ofTopicsDescribe(broker.settings()))) {
      return new JobTopics(admin, broker.settings().sources().exampleTopics(), System.out::println)
              .describe()
          ? 0
          : 1;
    }
  }

  private static TopicAdmin admin(BrokerMixin broker, List<Access> needed) {
    return new TopicAdmin(broker.brokersBeforeTopics(needed).client());
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
  }
}
