package io.sapflow.cli;

import io.sapflow.job.access.AccessList;
import io.sapflow.job.kafka.TopicReader;
import io.sapflow.local.run.StopSignal;
import io.sapflow.ops.topics.Brokers;
import io.sapflow.ops.topics.Watch;
import io.sapflow.ops.topics.WatchedTopic;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sapflow watch}: what the job says, as it says it. */
@Command(
    name = "watch",
    description = {
      "Follow what the job commits, one line for each record, until Ctrl-C.",
      "No text of examples, prompts or answers is told, and none of a quarantined record's bytes."
    },
    sortOptions = false)
public final class WatchCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "TOPIC", description = "One of ${COMPLETION-CANDIDATES}.")
  private WatchedTopic topic;

  @Mixin private BrokerMixin broker;

  @Option(
      names = "--from-beginning",
      description = "Begin with what the topic still has; otherwise with what comes.")
  private boolean fromBeginning;

  @Option(names = "--json", description = "One JSON object a line: partition, offset, record.")
  private boolean json;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "End after that many records.",
      defaultValue = "" + Long.MAX_VALUE,
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
  private long count;

  @Override
  public Integer call() {
    if (count < 1) {
      throw new UsageException("--count: found " + count + ", expected 1 or more");
    }
    Brokers brokers = broker.brokers(AccessList.ofReader(List.of(topic.topic())));
    try (TopicReader reader =
        fromBeginning
            ? TopicReader.fromBeginning(brokers.client(), topic.topic())
            : TopicReader.fromEnd(brokers.client(), topic.topic())) {
      StopSignal stop = StopSignal.install();
      // A closed pipe ends it too.
      new Watch(topic, json, count, System.out::println)
          .follow(reader, () -> stop.requested() || System.out.checkError());
    }
    return 0;
  }
}
