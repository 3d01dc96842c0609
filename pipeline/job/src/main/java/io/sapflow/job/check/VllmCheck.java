package io.sapflow.job.check;

import io.sapflow.http.Address;
import io.sapflow.http.Authorization;
import io.sapflow.job.options.AdapterOptions;
import io.sapflow.publish.VllmServer;
import io.sapflow.publish.VllmSettings;
import java.io.IOException;
import java.time.Duration;

/** Whether the vLLM server answers; which path it must be able to read is told. */
record VllmCheck(Subject subject) implements Check {

  private static final String SERVER =
      "a vLLM server at sapflow.publish.vllm.url, started with --enable-lora and"
          + " VLLM_ALLOW_RUNTIME_LORA_UPDATING=True";

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  @Override
  public String name() {
    return "vllm";
  }

  @Override
  public Finding look() {
    VllmSettings settings = subject.settings().outside().vllm();
    if (settings == null) {
      return Finding.unused(SERVER);
    }
    String expected =
        SERVER
            + ", which may read adapters below "
            + settings.store().seen(subject.settings().get(AdapterOptions.STORE))
            + " (VLLM_RUNTIME_LORA_ALLOWED_PATH_PREFIXES)";
    VllmServer server =
        new VllmServer(settings, Authorization.ofVariable(VllmSettings.KEY, "Bearer "), TIMEOUT);
    try {
      int models = server.models().size();
      return Finding.ok(
          Address.shown(settings.url()) + " answers, " + models + " models and adapters", expected);
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
}
