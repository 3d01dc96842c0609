package io.sapflow.job.kafka;

import java.security.GeneralSecurityException;
import java.util.Map;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.sasl.SaslException;
import org.apache.kafka.common.security.scram.ScramCredential;
import org.apache.kafka.common.security.scram.ScramCredentialCallback;
import org.apache.kafka.common.security.scram.internals.ScramFormatter;
import org.apache.kafka.common.security.scram.internals.ScramMechanism;
import org.apache.kafka.common.security.scram.internals.ScramSaslClient;
import org.apache.kafka.common.security.scram.internals.ScramSaslServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka's login by SCRAM, loaded whole. A process knows one provider of it, that of the first job
 * that has logged in there, and every later job's logins go to that one, too, when the first job's
 * class loader is closed: what it has not loaded by then, it can load no more.
 */
public final class ScramClasses {

  private static final Logger LOG = LoggerFactory.getLogger(ScramClasses.class);
  private static final int ITERATIONS = 4096;

  static {
    try {
      logIn();
    } catch (SaslException | GeneralSecurityException e) {
      LOG.debug("no login by SCRAM in this JVM: {}", e.toString());
    }
  }

  private ScramClasses() {}

  /** Loads them, once in a class loader. */
  public static void load() {
    // The class itself does.
  }

  /** A login in memory, which uses all that one over a wire does. */
  static void logIn() throws SaslException, GeneralSecurityException {
    ScramMechanism mechanism = ScramMechanism.SCRAM_SHA_512;
    ScramCredential credential =
        new ScramFormatter(mechanism).generateCredential("password", ITERATIONS);
    ScramSaslServer server =
        new ScramSaslServer(
            mechanism,
            Map.of(),
            callbacks -> {
              for (Callback each : callbacks) {
                if (each instanceof ScramCredentialCallback asked) {
                  asked.scramCredential(credential);
                }
              }
            });
    ScramSaslClient client = new ScramSaslClient(mechanism, ScramClasses::answer);
    byte[] message = client.evaluateChallenge(new byte[0]);
    while (!client.isComplete()) {
      message = client.evaluateChallenge(server.evaluateResponse(message));
    }
  }

  private static void answer(Callback... callbacks) {
    for (Callback each : callbacks) {
      if (each instanceof NameCallback name) {
        name.setName("name");
      } else if (each instanceof PasswordCallback password) {
        password.setPassword("password".toCharArray());
      }
    }
  }
}
