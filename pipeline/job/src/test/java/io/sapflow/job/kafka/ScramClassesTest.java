package io.sapflow.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.net.URLClassLoader;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.sasl.SaslClient;
import org.junit.jupiter.api.Test;

/** A job's class loader, which Flink closes with the job. */
class ScramClassesTest {

  private static final String CLIENT =
      "org.apache.kafka.common.security.scram.internals.ScramSaslClient";
  private static final String MECHANISM =
      "org.apache.kafka.common.security.scram.internals.ScramMechanism";

  private static void answer(Callback... callbacks) {
    for (Callback each : callbacks) {
      if (each instanceof NameCallback name) {
        name.setName("name");
      } else if (each instanceof PasswordCallback password) {
        password.setPassword("password".toCharArray());
      }
    }
  }

  /** As the process's provider makes one for a later job. */
  private static SaslClient client(ClassLoader loader) throws Exception {
    Class<?> mechanism = loader.loadClass(MECHANISM);
    Method byName = mechanism.getMethod("forMechanismName", String.class);
    CallbackHandler handler = ScramClassesTest::answer;
    return (SaslClient)
        loader
            .loadClass(CLIENT)
            .getConstructor(mechanism, CallbackHandler.class)
            .newInstance(byName.invoke(null, "SCRAM-SHA-512"), handler);
  }

  @Test
  void load_classLoaderClosedAfterIt_logsInAllTheSame() throws Exception {
    URLClassLoader loader = JobLoaders.open();
    Class<?> loaded = Class.forName(ScramClasses.class.getName(), true, loader);
    loader.close();
    Method logIn = loaded.getDeclaredMethod("logIn");
    logIn.setAccessible(true);
    logIn.invoke(null);
    assertThat(client(loader).evaluateChallenge(new byte[0])).isNotEmpty();
  }

  @Test
  void classLoaderClosedWithoutIt_knowsNoLogin() throws Exception {
    URLClassLoader loader = JobLoaders.open();
    SaslClient client = client(loader);
    loader.close();
    Throwable failure = null;
    try {
      client.evaluateChallenge(new byte[0]);
    } catch (NoClassDefFoundError e) {
      failure = e;
    }
    assertThat(failure).hasMessageContaining("org/apache/kafka/common/security/scram");
  }
}
