package io.sapflow.job;

import io.sapflow.adapter.StoreLeftovers;
import io.sapflow.adapter.VersionFiles;
import io.sapflow.job.options.AdapterOptions;
import io.sapflow.job.options.TopicOptions;
import io.sapflow.job.resume.Start;
import io.sapflow.job.writer.FencedFiles;
import io.sapflow.job.writer.NotTheWriterException;
import io.sapflow.job.writer.Writer;
import io.sapflow.job.writer.WriterLease;
import io.sapflow.job.writer.WriterLeases;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A job as the one writer of its store and its topics. */
final class Writers {

  private static final Logger LOG = LoggerFactory.getLogger(Writers.class);

  /** Tells one handing over of the job from the next; its restarts by Flink keep it. */
  private static final ConfigOption<String> SUBMISSION = internal("submission");

  /** The entries of writers that were not heard when the job was handed over. */
  private static final ConfigOption<String> UNHEARD_STORE = internal("unheard-store-writer");

  private static final ConfigOption<String> UNHEARD_TOPICS = internal("unheard-topics-writer");

  private final JobSettings settings;

  Writers(JobSettings settings) {
    this.settings = settings;
  }

  private static ConfigOption<String> internal(String name) {
    return ConfigOptions.key("sapflow.start." + name).stringType().defaultValue("");
  }

  /**
   * Refuses a job beside a live one, before its sinks could disturb that one's transactions, and
   * gives the submission its name; does nothing for one that has it. What is in between is decided
   * when its tasks open.
   *
   * @throws NotTheWriterException if there is another live writer
   */
  static Configuration begin(Configuration configuration) {
    if (configuration.contains(SUBMISSION)) {
      return configuration;
    }
    Configuration complete = new Configuration(configuration);
    complete.set(SUBMISSION, UUID.randomUUID().toString().replace("-", "").substring(0, 12));
    if (!complete.contains(Start.LINE)) {
      complete.set(Start.LINE, UUID.randomUUID().toString());
    }
    Writers writers = new Writers(new JobSettings(complete));
    // Each may take its time.
    CompletableFuture<String> store = CompletableFuture.supplyAsync(writers::unheardInStore);
    complete.set(UNHEARD_TOPICS, writers.unheardOnTopics());
    try {
      complete.set(UNHEARD_STORE, store.join());
    } catch (CompletionException e) {
      throw e.getCause() instanceof NotTheWriterException refusal ? refusal : e;
    }
    return complete;
  }

  private String unheardOnTopics() {
    try (WriterLease lease = topics()) {
      return lease.awaitFree();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Not every machine that hands a job over sees its store. */
  private String unheardInStore() {
    try (WriterLease lease = store()) {
      return lease.awaitFree();
    } catch (IOException e) {
      LOG.info("the store cannot be looked at from here, its tasks will: {}", e.toString());
      return "";
    }
  }

  /** Whether the settings are of a job that was handed over; others write to no shared store. */
  private boolean submitted() {
    return !settings.configuration().get(SUBMISSION).isEmpty();
  }

  private Writer writer() {
    Configuration configuration = settings.configuration();
    return new Writer(
        settings.jobName(), configuration.get(Start.LINE), configuration.get(SUBMISSION));
  }

  private FlinkVersionFiles files() {
    return new FlinkVersionFiles(settings.get(AdapterOptions.STORE));
  }

  private WriterLease topics() {
    return WriterLeases.topics(
        settings.kafka(), settings.topics(), TopicOptions.PREFIX.key(), writer());
  }

  private WriterLease store() {
    return WriterLeases.store(files(), AdapterOptions.STORE.key(), writer());
  }

  /** The store's files, for a task that writes them. */
  VersionFiles open() {
    return submitted() ? new FencedFiles(files(), take(store(), UNHEARD_STORE)) : files();
  }

  /** Becomes the writer of all that the job writes, for the task that keeps it so. */
  List<WriterLease> take() {
    WriterLease topics = take(topics(), UNHEARD_TOPICS);
    try {
      return List.of(topics, take(store(), UNHEARD_STORE));
    } catch (RuntimeException e) {
      topics.close();
      throw e;
    }
  }

  private WriterLease take(WriterLease lease, ConfigOption<String> unheard) {
    return NoRestart.open(
        () -> {
          try {
            boolean store = unheard.equals(UNHEARD_STORE);
            lease.take(
                settings.configuration().get(unheard),
                store ? leftovers(new StoreLeftovers(files())) : WriterLease.Leftovers.NONE);
            return lease;
          } catch (IOException e) {
            lease.close();
            throw new UncheckedIOException(e);
          } catch (RuntimeException e) {
            lease.close();
            throw e;
          }
        });
  }

  private static WriterLease.Leftovers leftovers(StoreLeftovers leftovers) {
    return new WriterLease.Leftovers() {
      @Override
      public void note() throws IOException {
        leftovers.note();
      }

      @Override
      public void sweep() throws IOException {
        List<String> swept = leftovers.sweep();
        if (!swept.isEmpty()) {
          LOG.info("the store: swept {}, which broken-off writes have left", swept);
        }
      }
    };
  }
}
