package io.sapflow.job;

import io.sapflow.job.kafka.StackException;
import io.sapflow.job.kafka.TopicAdmin;
import io.sapflow.job.options.AdapterOptions;
import io.sapflow.job.options.KafkaOptions;
import io.sapflow.publish.PointerTopic;
import io.sapflow.publish.PromotedPointer;
import io.sapflow.schema.Topic;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which adapters topic the pointers in a job's store go by. */
final class PointerTopics {

  private static final Logger LOG = LoggerFactory.getLogger(PointerTopics.class);

  /** Adapters that are named in one line. */
  private static final int NAMED = 5;

  private PointerTopics() {}

  /** The topic on the brokers. */
  static PointerTopic of(JobSettings settings) {
    try (TopicAdmin admin = new TopicAdmin(settings.kafka())) {
      TopicAdmin.Identity identity = admin.identity(settings.topics().of(Topic.ADAPTERS));
      return new PointerTopic(identity.id(), identity.ends());
    }
  }

  /**
   * Says if the brokers are not those that the pointers in the store know.
   *
   * @param warnings is told
   */
  static void check(JobSettings settings, Consumer<String> warnings) {
    String store = settings.get(AdapterOptions.STORE);
    try {
      FlinkVersionFiles files = new FlinkVersionFiles(store);
      if (!new PromotedPointer(files).adapters().isEmpty()) {
        List<String> strays = new PromotedPointer(files, of(settings)).strays();
        if (!strays.isEmpty()) {
          warnings.accept(words(settings, store, strays));
        }
      }
    } catch (IOException | StackException e) {
      LOG.info("the pointers in {} cannot be looked at from here: {}", store, e.toString());
    }
  }

  private static String words(JobSettings settings, String store, List<String> strays) {
    String named = strays.stream().limit(NAMED).collect(Collectors.joining(", "));
    return "sapflow.adapter.store "
        + store
        + ": found pointers that follow another "
        + settings.topics().of(Topic.ADAPTERS)
        + " than the one at "
        + settings.get(KafkaOptions.BOOTSTRAP_SERVERS)
        + ", as after brokers were replaced, of "
        + (strays.size() > NAMED ? strays.size() + " adapters, among them " : "")
        + named
        + "; what they name is served until the next promotion, which moves them";
  }
}
