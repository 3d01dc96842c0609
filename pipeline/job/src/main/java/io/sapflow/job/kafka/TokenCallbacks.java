package io.sapflow.job.kafka;

import java.security.Provider;
import java.security.Security;
import java.util.Map;
import java.util.UUID;
import javax.security.auth.callback.CallbackHandler;
import javax.security.sasl.SaslClient;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule;
import org.apache.kafka.common.security.oauthbearer.internals.OAuthBearerSaslClient.OAuthBearerSaslClientFactory;
import org.apache.kafka.common.security.oauthbearer.internals.OAuthBearerSaslClientCallbackHandler;

/**
 * Kafka's login by tokens, for the class loader that it is loaded by. A process knows one provider
 * of Kafka's, that of the first job that has logged in there, and it refuses the handlers of every
 * later job, whose classes are those of another class loader. This one has a provider of its own,
 * which leaves other class loaders' handlers to theirs.
 */
public final class TokenCallbacks extends OAuthBearerSaslClientCallbackHandler {

  private static final String NAME = "Sapflow OAUTHBEARER ";

  static {
    for (Provider each : Security.getProviders()) {
      if (each.getName().startsWith(NAME) && isOfAnEndedJob(each)) {
        Security.removeProvider(each.getName());
      }
    }
    Security.insertProviderAt(new Logins(), 1);
  }

  /** A class loader that is closed finds nothing any more, its own classes neither. */
  private static boolean isOfAnEndedJob(Provider provider) {
    Class<?> made = provider.getClass();
    ClassLoader loader = made.getClassLoader();
    try {
      return loader.getResource(made.getName().replace('.', '/') + ".class") == null;
    } catch (IllegalStateException e) {
      return true; // Flink's own words for it.
    }
  }

  private static final class Logins extends Provider {
    private static final long serialVersionUID = 1;

    Logins() {
      super(NAME + UUID.randomUUID(), "1", "Kafka's login by tokens, of one class loader");
      putService(new Logging(this));
    }
  }

  /** Makes nothing by name: a class loader that is closed loads no class. */
  private static final class Logging extends Provider.Service {
    private static final OwnFactory FACTORY = new OwnFactory();

    Logging(Provider provider) {
      super(
          provider,
          "SaslClientFactory",
          OAuthBearerLoginModule.OAUTHBEARER_MECHANISM,
          OwnFactory.class.getName(),
          null,
          null);
    }

    @Override
    public Object newInstance(Object parameter) {
      return FACTORY;
    }
  }

  private static final class OwnFactory extends OAuthBearerSaslClientFactory {

    @Override
    public SaslClient createSaslClient(
        String[] mechanisms,
        String authorizationId,
        String protocol,
        String serverName,
        Map<String, ?> properties,
        CallbackHandler handler) {
      return handler instanceof AuthenticateCallbackHandler
          ? super.createSaslClient(
              mechanisms, authorizationId, protocol, serverName, properties, handler)
          : null;
    }
  }
}
