package io.sapflow.cli;

import io.sapflow.job.access.AccessList;
import io.sapflow.ops.topics.Brokers;
import io.sapflow.ops.topics.Replay;
import io.sapflow.ops.topics.ReplayFilter;
import io.sapflow.schema.TopicNames;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sapflow replay}: quarantined examples back into the stream. */
@Command(
    name = "replay",
    description = {
      "Send quarantined examples to their topic again, with their key, bytes and signature.",
      "Those are meant that every option admits. What was replayed before is left out.",
      "Exit code 1 if nothing was to be sent, or not all of" + " it could be."
    },
    sortOptions = false)
public final class ReplayCommand implements Callable<Integer> {

  @Mixin private BrokerMixin broker;

  @Option(
      names = "--reason",
      paramLabel = "CODE",
      description = "Set aside for this reason, such as SAFETY_ROLLBACK.")
  private String reason;

  @Option(names = "--source", paramLabel = "NAME", description = "Of this source.")
  private String source;

  @Option(
      names = "--offsets",
      paramLabel = "[TOPIC:]P:FIRST-LAST",
      description =
          "From these offsets of the examples topic, or of a topic bound to a source; may be given"
              + " again.")
  private List<String> offsets = List.of();

  @Option(
      names = "--adapter",
      paramLabel = "ID",
      description = "Of this adapter; beside one of the three above.")
  private String adapter;

  @Option(names = "--again", description = "Also what was replayed before.")
  private boolean again;

  @Option(names = "--dry-run", description = "Only count.")
  private boolean dryRun;

  @Override
  public Integer call() {
    if (reason == null && source == null && offsets.isEmpty()) {
      throw new UsageException(
          "--reason, --source, --offsets: found none, expected at least one of them");
    }
    TopicNames topics = broker.settings().topics();
    ReplayFilter filter =
        new ReplayFilter(
            reason,
            source,
            offsets.stream().map(range -> ReplayFilter.range(range, topics)).toList(),
            adapter);
    Brokers brokers = broker.brokers(AccessList.ofReplay(broker.settings(), dryRun));
    return new Replay(
                brokers,
                Set.copyOf(broker.settings().sources().exampleTopics()),
                broker.settings().formats(),
                System.out::println)
            .run(filter, again, dryRun)
        ? 0
        : 1;
  }
}
