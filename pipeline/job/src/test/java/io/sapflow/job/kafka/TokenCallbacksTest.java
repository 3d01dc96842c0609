package io.sapflow.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URLClassLoader;
import java.security.Provider;
import java.security.Security;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.security.auth.callback.CallbackHandler;
import javax.security.sasl.Sasl;
import javax.security.sasl.SaslClient;
import javax.security.sasl.SaslException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Jobs of one process, each with a class loader of its own, which Flink closes with the job. */
class TokenCallbacksTest {

  private static final String KAFKAS =
      "org.apache.kafka.common.security.oauthbearer.internals.OAuthBearerSaslClientCallbackHandler";
  private static final String KAFKAS_PROVIDER =
      "org.apache.kafka.common.security.oauthbearer.internals.OAuthBearerSaslClientProvider";

  private List<Provider> before;

  @BeforeEach
  void remember() {
    before = List.of(Security.getProviders());
  }

  @AfterEach
  void removeOthers() {
    for (Provider each : Security.getProviders()) {
      if (!before.contains(each)) {
        Security.removeProvider(each.getName());
      }
    }
  }

  private static CallbackHandler handler(ClassLoader job, String name) throws Exception {
    return (CallbackHandler) Class.forName(name, true, job).getConstructor().newInstance();
  }

  private static CallbackHandler handler(ClassLoader job) throws Exception {
    return handler(job, TokenCallbacks.class.getName());
  }

  private static SaslClient client(CallbackHandler handler) throws SaslException {
    return Sasl.createSaslClient(
        new String[] {"OAUTHBEARER"}, null, "kafka", "localhost", Map.of(), handler);
  }

  private static long providers() {
    return Arrays.stream(Security.getProviders())
        .filter(each -> each.getName().startsWith("Sapflow OAUTHBEARER "))
        .count();
  }

  @Test
  void kafkasProvider_ofAnotherJob_refusesAHandler() throws Exception {
    try (URLClassLoader first = JobLoaders.open();
        URLClassLoader second = JobLoaders.open()) {
      Class.forName(KAFKAS_PROVIDER, true, first).getMethod("initialize").invoke(null);
      CallbackHandler handler = handler(second, KAFKAS);
      assertThatThrownBy(() -> client(handler)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void eachJob_logsInByItsOwnClasses_alsoWhenTheFirstHasEnded() throws Exception {
    URLClassLoader first = JobLoaders.open();
    try (URLClassLoader second = JobLoaders.open()) {
      Class.forName(KAFKAS_PROVIDER, true, first).getMethod("initialize").invoke(null);
      CallbackHandler ofFirst = handler(first);
      CallbackHandler ofSecond = handler(second);
      assertThat(client(ofFirst).getClass().getClassLoader()).isSameAs(first);
      assertThat(client(ofSecond).getClass().getClassLoader()).isSameAs(second);
      first.close();
      assertThat(client(ofSecond).getClass().getClassLoader()).isSameAs(second);
    } finally {
      first.close();
    }
  }

  @Test
  void jobThatHasEnded_isNotRememberedByTheNext() throws Exception {
    for (int i = 0; i < 3; i++) {
      try (URLClassLoader job = JobLoaders.open()) {
        client(handler(job));
      }
    }
    assertThat(providers()).isEqualTo(1);
  }
}
