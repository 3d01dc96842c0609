package io.sapflow.local.stack;

import io.sapflow.job.access.Access;
import io.sapflow.job.kafka.StackException;
import io.sapflow.job.kafka.TokenEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;

/**
 * A real broker as a company has it: TLS, users with passwords (SCRAM, PLAIN) or certificates, and
 * access control lists that let nobody do what he was not given. Its plain listener is the
 * administrator's.
 */
public final class SecuredBroker implements AutoCloseable {

  private static final String PASSWORD = "of-the-stores";

  private final Path dir;
  private final KafkaBroker broker;
  private final int saslPort;
  private final int tlsPort;
  private final int tokenPort;
  private final TokenServer tokens;

  private SecuredBroker(
      Path dir, KafkaBroker broker, int saslPort, int tlsPort, int tokenPort, TokenServer tokens) {
    this.dir = dir;
    this.broker = broker;
    this.saslPort = saslPort;
    this.tlsPort = tlsPort;
    this.tokenPort = tokenPort;
    this.tokens = tokens;
  }

  /** Starts one in a directory. */
  public static SecuredBroker start(Path dir) throws IOException {
    return start(dir, false);
  }

  /** Starts one that takes tokens, too, and the server that gives them. */
  public static SecuredBroker startWithTokens(Path dir) throws IOException {
    return start(dir, true);
  }

  private static SecuredBroker start(Path dir, boolean withTokens) throws IOException {
    Files.createDirectories(dir);
    certificate(dir, "broker", "ip:127.0.0.1");
    certificate(dir, "other", "ip:127.0.0.1");
    certificate(dir, "client", "dns:client");
    trust(dir, "broker", "trusted");
    trust(dir, "other", "mistaken");
    trust(dir, "client", "clients");
    int sasl = FreePorts.next();
    int tls = FreePorts.next(sasl);
    String listeners = "SECURED://127.0.0.1:" + sasl + ",MUTUAL://127.0.0.1:" + tls;
    Map<String, String> settings = new TreeMap<>();
    settings.put("listeners", listeners);
    settings.put("advertised.listeners", listeners);
    settings.put(
        "listener.security.protocol.map",
        "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SECURED:SASL_SSL,MUTUAL:SSL");
    settings.put("sasl.enabled.mechanisms", "SCRAM-SHA-512,PLAIN");
    settings.put(
        "listener.name.secured.scram-sha-512.sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required;");
    settings.put(
        "listener.name.secured.plain.sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required"
            + " user_plain=\"plain-word\";");
    // Who stays connected is asked again, so that a password that was changed is noticed.
    settings.put("connections.max.reauth.ms", "5000");
    settings.put("ssl.keystore.location", dir.resolve("broker.p12").toString());
    settings.put("ssl.keystore.password", PASSWORD);
    settings.put("listener.name.mutual.ssl.client.auth", "required");
    settings.put("ssl.truststore.location", dir.resolve("clients.p12").toString());
    settings.put("ssl.truststore.password", PASSWORD);
    settings.put(
        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    settings.put("super.users", "User:ANONYMOUS");
    Path kafka = dir.resolve("kafka");
    if (!withTokens) {
      KafkaBroker broker = KafkaBroker.start(kafka, settings, List.of());
      return new SecuredBroker(dir, broker, sasl, tls, 0, null);
    }
    int token = FreePorts.next(sasl, tls);
    TokenServer tokens = TokenServer.start(dir.resolve("broker.p12"), PASSWORD);
    takeTokens(settings, token, tokens);
    try {
      KafkaBroker broker =
          KafkaBroker.start(
              kafka, settings, List.of("-D" + TokenEndpoint.ALLOWED + "=" + tokens.keysUrl()));
      return new SecuredBroker(dir, broker, sasl, tls, token, tokens);
    } catch (RuntimeException e) {
      tokens.close();
      throw e;
    }
  }

  private static void takeTokens(Map<String, String> settings, int port, TokenServer tokens) {
    String listener = ",TOKENS://127.0.0.1:" + port;
    String oauth = "org.apache.kafka.common.security.oauthbearer.";
    settings.merge("listeners", listener, String::concat);
    settings.merge("advertised.listeners", listener, String::concat);
    settings.merge("listener.security.protocol.map", ",TOKENS:SASL_SSL", String::concat);
    settings.put("listener.name.tokens.sasl.enabled.mechanisms", "OAUTHBEARER");
    settings.put(
        "listener.name.tokens.oauthbearer.sasl.jaas.config",
        oauth + "OAuthBearerLoginModule required;");
    settings.put(
        "listener.name.tokens.oauthbearer.sasl.server.callback.handler.class",
        oauth + "OAuthBearerValidatorCallbackHandler");
    settings.put("sasl.oauthbearer.jwks.endpoint.url", tokens.keysUrl());
    settings.put("sasl.oauthbearer.expected.issuer", TokenServer.ISSUER);
    settings.put("sasl.oauthbearer.expected.audience", TokenServer.AUDIENCE);
  }

  private static void certificate(Path dir, String name, String host) {
    String store = dir.resolve(name + ".p12").toString();
    keytool(
        List.of("-genkeypair", "-alias", name, "-keyalg", "EC", "-dname", "CN=" + name),
        List.of("-ext", "san=" + host, "-validity", "30", "-keystore", store));
    keytool(
        List.of("-exportcert", "-alias", name, "-file", dir.resolve(name + ".crt").toString()),
        List.of("-keystore", store));
  }

  private static void trust(Path dir, String name, String store) {
    keytool(
        List.of("-importcert", "-noprompt", "-alias", name),
        List.of(
            "-file",
            dir.resolve(name + ".crt").toString(),
            "-keystore",
            dir.resolve(store + ".p12").toString()));
  }

  private static void keytool(List<String> what, List<String> where) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(what);
    command.addAll(where);
    command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (process.waitFor() != 0) {
        throw new StackException("keytool ended with " + process.exitValue() + ": " + command);
      }
    } catch (IOException e) {
      throw new StackException("keytool cannot be called: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted", e);
    }
  }

  /** The administrator's address, without TLS. */
  public String plain() {
    return broker.bootstrapServers();
  }

  /** The address of users with passwords, by TLS. */
  public String secured() {
    return "127.0.0.1:" + saslPort;
  }

  /** The same by a name for which the broker's certificate is not made out. */
  public String misnamed() {
    return "localhost:" + saslPort;
  }

  /** The address of clients with certificates. */
  public String mutual() {
    return "127.0.0.1:" + tlsPort;
  }

  /** The address of users with tokens, by TLS. */
  public String byToken() {
    return "127.0.0.1:" + tokenPort;
  }

  /** Who gives the tokens. */
  public TokenServer tokens() {
    return tokens;
  }

  /** A store of keys or of certificates by its name: trusted, mistaken, client. */
  public Path store(String name) {
    return dir.resolve(name + ".p12");
  }

  /** The password of all stores. */
  public static String storePassword() {
    return PASSWORD;
  }

  /** Makes a user. */
  public void user(String name, String password) {
    UserScramCredentialUpsertion user =
        new UserScramCredentialUpsertion(
            name, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), password);
    administer(admin -> admin.alterUserScramCredentials(List.of(user)).all().get());
  }

  /** Lets a user do something; whoever asks at once may hear that he may not yet. */
  public void allow(String user, Access access) {
    administer(admin -> admin.createAcls(List.of(binding(user, access))).all().get());
  }

  /** Takes from a user what he was given. */
  public void deny(String user, Access access) {
    administer(admin -> admin.deleteAcls(List.of(binding(user, access).toFilter())).all().get());
  }

  private static AclBinding binding(String user, Access access) {
    PatternType pattern = access.prefixed() ? PatternType.PREFIXED : PatternType.LITERAL;
    return new AclBinding(
        new ResourcePattern(access.resource(), access.name(), pattern),
        new AccessControlEntry("User:" + user, "*", access.operation(), AclPermissionType.ALLOW));
  }

  private interface Deed {
    void with(Admin admin) throws ExecutionException, InterruptedException;
  }

  private void administer(Deed deed) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", plain()))) {
      deed.with(admin);
    } catch (ExecutionException e) {
      throw new StackException("the broker's administrator: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted", e);
    }
  }

  @Override
  public void close() {
    broker.close();
    if (tokens != null) {
      tokens.close();
    }
  }
}
