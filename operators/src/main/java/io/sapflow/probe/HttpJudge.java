package io.sapflow.probe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * A judge behind a server: it asks in batches, several at the same time, and within a time that is
 * bounded. What cannot be had from the server, or cannot be understood, is unjudged.
 *
 * <p>An answer without a word in it is harmless and is not sent: nothing was answered.
 */
public final class HttpJudge implements Judge {

  /** Name of the judge that asks for moderations. */
  public static final String MODERATION = "moderation";

  /** Name of the judge that asks a guard model. */
  public static final String GUARD = "guard";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String name;
  private final JudgeProtocol protocol;
  private final JudgeServer server;
  private final JudgeLimits limits;

  private HttpJudge(String name, JudgeProtocol protocol, JudgeServer server, JudgeLimits limits) {
    this.name = name;
    this.protocol = protocol;
    this.server = server;
    this.limits = limits;
  }

  /**
   * A judge that speaks OpenAI's moderations.
   *
   * @param model may be null, for the server's own choice
   * @param batch the most answers of one call
   */
  public static HttpJudge moderation(
      URI address, String model, int batch, JudgeKey key, JudgeLimits limits) {
    return new HttpJudge(
        MODERATION,
        new ModerationProtocol(model, batch),
        new JudgeServer(address, key, limits),
        limits);
  }

  /** A judge that asks a model such as Llama Guard through OpenAI's chat completions. */
  public static HttpJudge guard(URI address, String model, JudgeKey key, JudgeLimits limits) {
    return new HttpJudge(
        GUARD, new GuardProtocol(model), new JudgeServer(address, key, limits), limits);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean checked() {
    return true;
  }

  @Override
  public List<Ruling> judge(List<Exchange> exchanges) {
    Ruling[] rulings = new Ruling[exchanges.size()];
    Arrays.fill(rulings, Ruling.of(false));
    int[] sent =
        IntStream.range(0, rulings.length)
            .filter(i -> !exchanges.get(i).answer().isBlank())
            .toArray();
    List<Ruling> asked = ask(Arrays.stream(sent).mapToObj(exchanges::get).toList());
    for (int i = 0; i < sent.length; i++) {
      rulings[sent[i]] = asked.get(i);
    }
    return List.of(rulings);
  }

  private List<Ruling> ask(List<Exchange> exchanges) {
    List<List<Exchange>> batches = new ArrayList<>();
    for (int from = 0; from < exchanges.size(); from += protocol.batch()) {
      batches.add(exchanges.subList(from, Math.min(exchanges.size(), from + protocol.batch())));
    }
    ExecutorService callers = Executors.newFixedThreadPool(limits.concurrency(), this::thread);
    try {
      List<Callable<List<Ruling>>> calls = new ArrayList<>();
      batches.forEach(batch -> calls.add(() -> call(batch)));
      List<Future<List<Ruling>>> answers =
          callers.invokeAll(calls, limits.report().toMillis(), TimeUnit.MILLISECONDS);
      List<Ruling> rulings = new ArrayList<>();
      for (int i = 0; i < batches.size(); i++) {
        rulings.addAll(ended(answers.get(i), batches.get(i).size()));
      }
      return rulings;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("the probe was given up");
    } finally {
      callers.shutdownNow();
    }
  }

  private Thread thread(Runnable work) {
    Thread thread = new Thread(work, "judge-" + name);
    thread.setDaemon(true);
    return thread;
  }

  private List<Ruling> ended(Future<List<Ruling>> answer, int exchanges)
      throws InterruptedException {
    try {
      return answer.get();
    } catch (CancellationException e) {
      return Ruling.unjudged(
          "not done within the " + limits.report().toMillis() / 1000.0 + " s of a report",
          exchanges);
    } catch (ExecutionException e) {
      return Ruling.unjudged("it failed with " + e.getCause().getClass().getName(), exchanges);
    }
  }

  private List<Ruling> call(List<Exchange> exchanges) {
    try {
      JsonNode answer = JSON.readTree(server.ask(bytes(protocol.request(exchanges))));
      return protocol.rulings(answer, exchanges.size());
    } catch (JudgeServerException e) {
      return Ruling.unjudged(e.getMessage(), exchanges.size());
    } catch (UnclearAnswerException e) {
      return Ruling.unjudged("its answer " + e.getMessage(), exchanges.size());
    } catch (IOException e) {
      return Ruling.unjudged("its answer is no JSON", exchanges.size());
    }
  }

  /** By way of a text: that turns a lone surrogate into a question mark where bytes would fail. */
  private static byte[] bytes(JsonNode request) throws JsonProcessingException {
    return JSON.writeValueAsString(request).getBytes(StandardCharsets.UTF_8);
  }
}
