package io.sapflow.job.check;

import io.sapflow.http.Authorization;
import io.sapflow.job.options.AdapterOptions;
import io.sapflow.publish.VllmModel;
import io.sapflow.publish.VllmRefusal;
import io.sapflow.publish.VllmServer;
import io.sapflow.publish.VllmSettings;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether a vLLM server answers, has a base model and lets adapters be loaded. From where it lets
 * them is not to be asked without loading one: it is told.
 *
 * @param url the server's; null for none
 * @param name of the check
 */
record VllmCheck(Subject subject, URI url, String name) implements Check {

  private static final String NAME = "vllm";
  private static final String SERVER = "a vLLM server at sapflow.publish.vllm.url";

  /** One for each server, or one of none. */
  static List<VllmCheck> of(Subject subject) {
    List<URI> urls = subject.settings().outside().vllm().urls();
    if (urls.isEmpty()) {
      return List.of(new VllmCheck(subject, null, NAME));
    }
    List<VllmCheck> checks = new ArrayList<>();
    for (URI url : urls) {
      String name = checks.isEmpty() ? NAME : NAME + "-" + (checks.size() + 1);
      checks.add(new VllmCheck(subject, url, name));
    }
    return checks;
  }

  @Override
  public Finding look() {
    if (url == null) {
      return Finding.unused(SERVER);
    }
    String store = settings().store().seen(subject.settings().get(AdapterOptions.STORE));
    String expected = expected(store);
    VllmServer server = new VllmServer(url, Authorization.ofVariable(VllmSettings.KEY, "Bearer "));
    try {
      List<VllmModel> models = server.models();
      server.requireLoading();
      long adapters = models.stream().filter(VllmModel::isAdapter).count();
      String words = server.shown() + " answers, " + bases(models) + ", " + adapters + " adapters";
      return adapters < models.size()
          ? Finding.ok(words + "; " + advice(store), expected)
          : Finding.warning(words, expected);
    } catch (IOException e) {
      if (e.getMessage().contains("answered 401 ") && subject.hasNoKeyHere(VllmSettings.KEY)) {
        return Finding.unseen("its key is with the TaskManagers", expected);
      }
      return Finding.warning(e.getMessage(), expected);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Finding.unseen("interrupted", expected);
    }
  }

  private static String bases(List<VllmModel> models) {
    List<String> names =
        models.stream().filter(model -> !model.isAdapter()).map(VllmModel::name).toList();
    return switch (names.size()) {
      case 0 -> "no base model";
      case 1 -> "base model " + names.get(0);
      default -> names.size() + " base models";
    };
  }

  /** A server that has no such variable set looks the same from here. */
  private static String advice(String store) {
    return "not to be seen from here: whether it may load from "
        + store
        + " (newer ones by "
        + VllmRefusal.PREFIXES
        + ")";
  }

  private VllmSettings settings() {
    return subject.settings().outside().vllm();
  }

  /** What the server is to be started with. */
  private static String expected(String store) {
    return SERVER
        + ", started with --enable-lora, "
        + VllmRefusal.UPDATING
        + "=True and "
        + VllmRefusal.PREFIXES
        + "="
        + store
        + ", where it may read the store";
  }
}
