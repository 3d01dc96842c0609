package io.sapflow.cli;

import io.sapflow.ingest.AdapterIds;
import io.sapflow.ingest.Hmac;
import io.sapflow.ingest.SourcePolicy;
import io.sapflow.job.JobSettings;
import io.sapflow.local.run.Feed;
import io.sapflow.ops.topics.Brokers;
import io.sapflow.ops.topics.Sending;
import io.sapflow.schema.Topics;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sapflow send}: a file of examples to a topic of examples. */
@Command(
    name = "send",
    description = {
      "Send a file of examples to the examples topic, or to the one that is bound to their source.",
      "A row that the job would not take is told with its line and left out; then the exit code is"
          + " 1."
    },
    sortOptions = false)
public final class SendCommand implements Callable<Integer> {

  @Parameters(
      index = "0",
      paramLabel = "FILE",
      description =
          "Examples as JSONL, a JSON array or CSV: messages, prompt/completion or Alpaca.")
  private Path file;

  @Mixin private BrokerMixin broker;

  @Option(
      names = "--adapter",
      paramLabel = "ID",
      required = true,
      description = "The adapter that they train.")
  private String adapter;

  @Option(
      names = "--source",
      paramLabel = "NAME",
      required = true,
      description = "Who produced them: what is attributed to a source goes by this name.")
  private String source;

  @Option(
      names = "--id-prefix",
      paramLabel = "TEXT",
      defaultValue = "",
      description =
          "Stands before the examples' ids, to tell files of one source apart: where a row has no"
              + " id, its line is its id.")
  private String idPrefix;

  @Option(
      names = "--topic",
      paramLabel = "NAME",
      description =
          "Where to; by default the topic that sapflow.sources.topics binds to the source, or else"
              + " sapflow.examples.v1.")
  private String topic;

  @Option(
      names = "--key-env",
      paramLabel = "NAME",
      description =
          "The variable of the environment that holds the source's key, to sign the examples; by"
              + " default SAPFLOW_SOURCE_KEY_ and the source's name in capitals, where it is set.")
  private String keyVariable;

  @Override
  public Integer call() {
    if (!AdapterIds.valid(adapter)) {
      throw new UsageException("--adapter: found " + adapter + ", expected [a-z0-9-]{1,64}");
    }
    if (source.isBlank()) {
      throw new UsageException("--source: found nothing but blanks, expected a name");
    }
    JobSettings settings = broker.settings();
    String to = topic == null ? topicOf(source, settings) : topic;
    if (!settings.sources().exampleTopics().contains(to)) {
      throw new UsageException(
          "--topic: found " + to + ", expected one of " + settings.sources().exampleTopics());
    }
    Hmac key = key();
    Brokers brokers = broker.brokers(to);
    try (Feed feed = new Feed(brokers.kafka(), Optional.empty())) {
      Sending sending =
          new Sending(
              settings.ingest(),
              settings.adapters(),
              example -> feed.example(example, to, key),
              System.err::println);
      Sending.Count count = sending.send(file, new Sending.As(adapter, source, idPrefix));
      feed.flush();
      System.out.printf("%d examples sent, %d bad rows left out%n", count.sent(), count.bad());
      return count.bad() == 0 ? 0 : 1;
    }
  }

  private static String topicOf(String source, JobSettings settings) {
    SortedSet<String> bound = settings.sources().topicsOf(source);
    return bound.isEmpty() ? Topics.EXAMPLES : bound.first();
  }

  /** The source's key; null for none. */
  private Hmac key() {
    if (keyVariable == null) {
      return Hmac.of(System.getenv(), SourcePolicy.variable(source)).orElse(null);
    }
    return Hmac.of(System.getenv(), keyVariable)
        .orElseThrow(
            () ->
                new UsageException(
                    "--key-env: found no variable "
                        + keyVariable
                        + " in the environment, expected the key of source "
                        + source));
  }
}
