package io.sapflow.ingest.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sapflow.http.Address;
import io.sapflow.http.BodyLimit;
import io.sapflow.http.JsonClient;
import io.sapflow.http.NoReplyException;
import io.sapflow.http.Reply;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A registry of schemas by Confluent's interface. A server that fails, or that says what no
 * registry says, is no answer: the others are asked, and all of them again for a while.
 *
 * <p>That an id is unknown is never remembered: somebody may register it, and a record that was
 * written then must not be refused for what an earlier one got as an answer. Requests are paced
 * instead.
 *
 * <p>Not thread-safe.
 */
public final class SchemaRegistry {

  /** Variable of the environment with the user's name and password. */
  public static final String AUTHORIZATION = "SAPFLOW_SCHEMA_REGISTRY_AUTH";

  /** The most bytes of an answer: a schema as large as one may be, as text within JSON. */
  private static final int MOST_BYTES = 1 << 18;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
  private static final int NOT_FOUND = 404;
  private static final int FORBIDDEN = 403;

  /** Says that no user, or not this one, is let in. */
  private static final Set<Integer> DENIED = Set.of(401, 407);

  private static final Logger LOG = LoggerFactory.getLogger(SchemaRegistry.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Asks one server; empty where what it says is no answer. */
  private interface Asking<T> {
    Optional<T> ask(URI address, Failures failures) throws IOException, InterruptedException;
  }

  /** What the servers of one round said instead of an answer. */
  private static final class Failures {
    private final Set<String> words = new LinkedHashSet<>();
    private boolean denied;

    /** Notes a server's answer that is none. */
    <T> Optional<T> of(Reply reply) {
      denied |= DENIED.contains(reply.status());
      words.add(reply.words());
      return Optional.empty();
    }

    @Override
    public String toString() {
      return String.join(", ", words);
    }
  }

  private final RegistrySettings settings;
  private final JsonClient client;
  private final Pace pace;
  private int first;
  private boolean down;

  /**
   * A registry.
   *
   * @param authorization the header's value; null for none
   */
  public SchemaRegistry(RegistrySettings settings, String authorization) {
    if (settings.addresses().isEmpty()) {
      throw new IllegalArgumentException("addresses: found none, expected at least one");
    }
    this.settings = settings;
    this.client = new JsonClient(settings.timeout(), authorization);
    this.pace = new Pace(settings.requests(), System.nanoTime());
  }

  /**
   * The schema of an id; empty if no server that answers knows one, or lets this user read it. It
   * never changes.
   *
   * @throws RegistryException if no registry answers for as long as it is waited for
   */
  public Optional<RegisteredSchema> schema(int id) {
    return patiently((address, failures) -> lookUp(address, id, failures));
  }

  /** The inner value is empty where the server knows none of the id. */
  private Optional<Optional<RegisteredSchema>> lookUp(URI address, int id, Failures failures)
      throws IOException, InterruptedException {
    Reply reply = client.get(below(address, "/schemas/ids/" + id), BodyLimit.cutAt(MOST_BYTES));
    if (reply.ok() && reply.body().getBytes(StandardCharsets.UTF_8).length >= MOST_BYTES) {
      // One that is cut is beyond any bound on schemas, and says so by its length.
      return Optional.of(Optional.of(new RegisteredSchema("AVRO", reply.body(), false)));
    }
    JsonNode body = json(reply.body());
    if (reply.ok() && body.path("schema").isTextual()) {
      return Optional.of(
          Optional.of(
              new RegisteredSchema(
                  body.path("schemaType").asText("AVRO"),
                  body.path("schema").asText(),
                  !body.path("references").isEmpty())));
    }
    return isNoSuchSchema(reply.status(), body.path("error_code").asInt())
        ? Optional.of(Optional.empty())
        : failures.of(reply);
  }

  /**
   * Whether a registry's own code says that it has no such schema, or none for this user. Whatever
   * else stands at an address answers 404 or 403 as well.
   */
  private static boolean isNoSuchSchema(int status, int code) {
    return (status == NOT_FOUND && code / 100 == NOT_FOUND)
        || (status == FORBIDDEN && (code == FORBIDDEN || code / 100 == FORBIDDEN));
  }

  /**
   * The id of a schema under a subject, under which it is registered if it is not yet.
   *
   * @param schema its JSON text
   * @throws IllegalArgumentException if the registry refuses it, with the registry's words
   * @throws RegistryException if no registry answers for as long as it is waited for
   */
  public int register(String subject, String schema) {
    byte[] body = bytes(schema);
    String path = "/subjects/" + URLEncoder.encode(subject, StandardCharsets.UTF_8) + "/versions";
    return patiently(
            (address, failures) -> {
              Reply reply = client.post(below(address, path), body, BodyLimit.cutAt(MOST_BYTES));
              JsonNode answer = json(reply.body());
              if (reply.ok() && answer.path("id").isInt()) {
                return Optional.of(Optional.of(answer.path("id").asInt()));
              }
              if (reply.status() == 409 || reply.status() == 422) {
                throw new IllegalArgumentException(
                    "subject "
                        + subject
                        + ": the schema registry does not take the schema of examples ("
                        + reply.quoted()
                        + "), expected a subject of its own, or a compatibility that admits it");
              }
              return failures.of(reply);
            })
        .orElseThrow();
  }

  private static byte[] bytes(String schema) {
    try {
      return JSON.writeValueAsBytes(JSON.createObjectNode().put("schema", schema));
    } catch (JsonProcessingException e) {
      throw new AssertionError("a text is JSON", e);
    }
  }

  /** Where the servers are, as messages name them. */
  public String shown() {
    return settings.addresses().stream().map(Address::shown).collect(Collectors.joining(", "));
  }

  /** An answer with a value, or else one without. */
  private <T> Optional<T> patiently(Asking<Optional<T>> asking) {
    long end = System.nanoTime() + settings.patience().toNanos();
    long rest = FIRST_PAUSE.toNanos();
    try {
      while (true) {
        Failures failures = new Failures();
        Optional<Optional<T>> answer = round(asking, failures);
        if (answer.isPresent()) {
          answered();
          return answer.get();
        }
        missed(failures);
        if (failures.denied || end - System.nanoTime() <= rest) {
          throw new RegistryException(
              "sapflow.schema-registry.url: "
                  + failures
                  + ", expected a schema registry that answers"
                  + (failures.denied
                      ? "; " + AUTHORIZATION + " in the environment holds user:password"
                      : " within " + settings.patience().toMillis() / 1000.0 + " s"));
        }
        TimeUnit.NANOSECONDS.sleep(rest);
        rest = Math.min(2 * rest, LONGEST_PAUSE.toNanos());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryException("interrupted while waiting for the schema registry", e);
    }
  }

  /** Asks each server once, the one that answered last before the others. */
  private <T> Optional<Optional<T>> round(Asking<Optional<T>> asking, Failures failures)
      throws InterruptedException {
    Optional<Optional<T>> answer = Optional.empty();
    int servers = settings.addresses().size();
    int begin = first;
    for (int i = 0; i < servers; i++) {
      int at = (begin + i) % servers;
      TimeUnit.NANOSECONDS.sleep(pace.take(System.nanoTime()));
      try {
        Optional<Optional<T>> found = asking.ask(settings.addresses().get(at), failures);
        if (found.isPresent()) {
          first = answer.isEmpty() ? at : first;
          answer = found;
        }
        // What one server does not know may have come to another already.
        if (found.isPresent() && found.get().isPresent()) {
          first = at;
          return found;
        }
      } catch (NoReplyException e) {
        failures.words.add(e.getMessage());
      } catch (IOException e) {
        failures.words.add(e.getMessage() + " at " + Address.shown(settings.addresses().get(at)));
      }
    }
    return answer;
  }

  private void missed(Failures failures) {
    if (!down) {
      LOG.warn(
          "schema registry: {}; it is asked again for {} s before the job fails and reads the same"
              + " records again",
          failures,
          settings.patience().toMillis() / 1000.0);
    }
    down = true;
  }

  private void answered() {
    if (down) {
      LOG.info("schema registry: answers again");
    }
    down = false;
  }

  private static URI below(URI address, String path) {
    String base = address.toString();
    return URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path);
  }

  /** What a server said; a missing node where it is no JSON. */
  private static JsonNode json(String body) {
    try {
      JsonNode node = JSON.readTree(body);
      return node == null ? JSON.missingNode() : node;
    } catch (JsonProcessingException e) {
      return JSON.missingNode();
    }
  }
}
