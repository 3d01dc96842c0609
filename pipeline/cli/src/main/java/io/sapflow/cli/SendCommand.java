package io.sapflow.cli;

import io.sapflow.ingest.AdapterIds;
import io.sapflow.ingest.Hmac;
import io.sapflow.ingest.SourcePolicy;
import io.sapflow.job.JobSettings;
import io.sapflow.job.access.AccessList;
import io.sapflow.local.files.Reading;
import io.sapflow.local.run.StopSignal;
import io.sapflow.ops.topics.Brokers;
import io.sapflow.ops.topics.DryRun;
import io.sapflow.ops.topics.FileSend;
import io.sapflow.ops.topics.SendProgress;
import io.sapflow.ops.topics.Sending;
import io.sapflow.schema.Topic;
import io.sapflow.tokens.ModelEncoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.concurrent.Callable;
import picocli.CommandLine;
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
          + " 1.",
      "A send that was interrupted, by kill -9 too, goes on when the same command is given again:"
          + " each row is on the topic once. So it does with a file that has grown. A file that was"
          + " sent whole is sent anew with --again; if that is interrupted, the command without"
          + " --again goes on."
    },
    sortOptions = false)
public final class SendCommand implements Callable<Integer> {

  private static final String BESIDE_DRY_RUN = ", expected it beside --dry-run alone";
  private static final String NOT_IN_DRY_RUN =
      " beside --dry-run, which sends nothing, expected none";
  private static final String NOT_OF_STANDARD_INPUT =
      ", expected none with standard input, which cannot be read again";

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "FILE",
      description =
          "Examples as JSONL, a JSON array or CSV, plain or packed by gzip or zstd: messages,"
              + " prompt/completion or Alpaca; - is standard input.")
  private Path file;

  @Mixin private BrokerMixin broker;

  @Option(
      names = "--adapter",
      paramLabel = "ID",
      description = "The adapter that they train; needed, but for a dry run.")
  private String adapter;

  @Option(
      names = "--source",
      paramLabel = "NAME",
      description =
          "Who produced them: what is attributed to a source goes by this name; needed, but for a"
              + " dry run.")
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
              + " the examples topic.")
  private String topic;

  @Option(
      names = "--key-env",
      paramLabel = "NAME",
      description =
          "The variable of the environment that holds the source's key, to sign the examples; by"
              + " default SAPFLOW_SOURCE_KEY_ and the source's name in capitals, where it is set.")
  private String keyVariable;

  @Mixin private ReadingMixin rows;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "0",
      description = "Send at most so many examples a second.")
  private double rate;

  @Option(
      names = "--cursor",
      paramLabel = "FILE",
      description =
          "What an interrupted send goes on by; FILE.sapflow-cursor beside the file. One with the"
              + " same cursor, adapter, source, prefix and topic goes on. Standard input has none.")
  private Path cursor;

  @Option(
      names = "--again",
      description =
          "Send all of it from the first row, though rows of it were sent before; if that is"
              + " interrupted, the command without --again goes on.")
  private boolean again;

  @Mixin private DryRunMixin dryRun;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description =
          "For a dry run: the model whose template and tokenizer are asked; by default the one of"
              + " --config, if it has one.")
  private Path model;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "For a dry run: write what was counted as JSON.")
  private Path json;

  @Override
  public Integer call() throws IOException {
    if (!dryRun.asked()) {
      refuse("--model", model, BESIDE_DRY_RUN);
      refuse("--json", json, BESIDE_DRY_RUN);
    }
    require("--adapter=ID", adapter);
    require("--source=NAME", source);
    if (adapter != null && !AdapterIds.valid(adapter)) {
      throw new UsageException("--adapter: found " + adapter + ", expected [a-z0-9-]{1,64}");
    }
    if (source != null && source.isBlank()) {
      throw new UsageException("--source: found nothing but blanks, expected a name");
    }
    if (!(rate >= 0) || Double.isInfinite(rate)) {
      throw new UsageException(
          "--rate: found " + rate + ", expected a number above 0, or 0 for as many as can be");
    }
    if (dryRun.asked()) {
      refuse("--rate", rate == 0 ? null : rate, NOT_IN_DRY_RUN);
      refuse("--cursor", cursor, NOT_IN_DRY_RUN);
      refuse("--again", again ? "it" : null, NOT_IN_DRY_RUN);
    }
    if (Reading.isStandardInput(file)) {
      refuse("--cursor", cursor, NOT_OF_STANDARD_INPUT);
      refuse("--again", again ? "it" : null, NOT_OF_STANDARD_INPUT);
    }
    return dryRun.asked() ? look(broker.settings()) : send(broker.settings());
  }

  /** As picocli does it where there is no dry run. */
  private void require(String option, String value) {
    if (value == null && !dryRun.asked()) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "Missing required option: '" + option + "'");
    }
  }

  /** Refuses a value, if one is given, with what would be right. */
  private static void refuse(String option, Object value, String right) {
    if (value != null) {
      throw new UsageException(option + ": found " + value + right);
    }
  }

  private int send(JobSettings settings) {
    String to = topic(settings);
    Hmac key = key();
    Reading reading = rows.reading();
    Brokers brokers =
        broker.brokers(
            Reading.isStandardInput(file) ? AccessList.ofProducer(to) : AccessList.ofSend(to));
    SendProgress progress = new SendProgress(System.err, Terminal.isStandardError());
    FileSend sender =
        new FileSend(
            brokers,
            settings.ingest(),
            settings.adapters(),
            settings.formats().encoder(System.getenv(), System.out::println),
            System.out::println,
            progress,
            StopSignal.install()::requested);
    FileSend.Order order =
        new FileSend.Order(
            file, reading, new Sending.As(adapter, source, idPrefix), to, key, rate, cursor, again);
    return sender.run(order) ? 0 : 1;
  }

  private int look(JobSettings settings) throws IOException {
    if (adapter == null) {
      adapter = settings.adapters().allow().stream().sorted().findFirst().orElse("adapter");
    }
    boolean claimed = source != null;
    if (!claimed) {
      source = "file";
    }
    DryRun.Order order =
        new DryRun.Order(
            file,
            rows.reading(),
            new Sending.As(adapter, source, idPrefix),
            claimed,
            topic(settings),
            claimed ? key() : null,
            dryRun.show());
    try (ModelEncoder encoder = DryRunMixin.encoder(settings, model)) {
      return DryRunMixin.run(settings, encoder, order, json);
    }
  }

  private String topic(JobSettings settings) {
    String to = topic == null ? topicOf(source, settings) : topic;
    if (!settings.sources().exampleTopics().contains(to)) {
      throw new UsageException(
          "--topic: found " + to + ", expected one of " + settings.sources().exampleTopics());
    }
    return to;
  }

  private static String topicOf(String source, JobSettings settings) {
    SortedSet<String> bound = settings.sources().topicsOf(source);
    return bound.isEmpty() ? settings.topics().of(Topic.EXAMPLES) : bound.first();
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
