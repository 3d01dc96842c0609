package io.sapflow.local.stack;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A company's OAuth server: by TLS it gives clients tokens for their secrets, and brokers fetch the
 * key from it that proves these.
 */
public final class TokenServer implements AutoCloseable {

  static final String ISSUER = "https://login.example";
  static final String AUDIENCE = "sapflow-brokers";

  /** For which a token is good: a job lives longer. */
  public static final Duration LIFE = Duration.ofSeconds(10);

  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
  private static final String KEY = "key-1";

  /** What is given, by the last part of the address. */
  public enum Answer {
    /** A token that is good. */
    TOKEN,
    /** A token that has expired. */
    EXPIRED,
    /** A token for somebody else's service. */
    ELSEWHERE,
    /** What is no token. */
    NONE,
    /** An error of the server's. */
    BROKEN,
    /** Nothing, for as long as somebody waits. */
    SILENT
  }

  private final Map<String, String> secrets = new ConcurrentHashMap<>();
  private final AtomicInteger given = new AtomicInteger();
  private final CountDownLatch end = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final KeyPair keys;
  private final HttpServer plain;
  private final HttpsServer secured;

  private TokenServer(KeyPair keys, HttpServer plain, HttpsServer secured) {
    this.keys = keys;
    this.plain = plain;
    this.secured = secured;
  }

  /** Starts one with the certificate of a store. */
  static TokenServer start(Path store, String password) throws IOException {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      InetSocketAddress free = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0);
      HttpsServer secured = HttpsServer.create(free, 0);
      secured.setHttpsConfigurator(new HttpsConfigurator(tls(store, password.toCharArray())));
      TokenServer server =
          new TokenServer(generator.generateKeyPair(), HttpServer.create(free, 0), secured);
      server.open();
      return server;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static SSLContext tls(Path store, char[] password)
      throws GeneralSecurityException, IOException {
    KeyStore keyStore = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keyStore.load(in, password);
    }
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keyStore, password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), null, null);
    return context;
  }

  private void open() {
    plain.createContext("/keys", exchange -> answer(exchange, 200, keySet()));
    for (Answer answer : Answer.values()) {
      secured.createContext("/" + answer, exchange -> give(exchange, answer));
    }
    for (HttpServer each : new HttpServer[] {plain, secured}) {
      each.setExecutor(threads);
      each.start();
    }
  }

  /** Where clients get tokens. */
  public String url(Answer answer) {
    return "https://127.0.0.1:" + secured.getAddress().getPort() + "/" + answer;
  }

  /** Where brokers get the key. */
  String keysUrl() {
    return "http://127.0.0.1:" + plain.getAddress().getPort() + "/keys";
  }

  /** Makes a client known. */
  public void client(String id, String secret) {
    secrets.put(id, secret);
  }

  /** How many good tokens were given so far. */
  public int given() {
    return given.get();
  }

  private void give(HttpExchange exchange, Answer answer) throws IOException {
    String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String client = client(exchange);
    if (client == null || !form.contains("grant_type=client_credentials")) {
      exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"tokens\"");
      answer(exchange, 401, "{\"error\": \"invalid_client\", \"error_description\": \"no\"}");
      return;
    }
    switch (answer) {
      case TOKEN -> {
        given.incrementAndGet();
        answer(exchange, 200, token(client, AUDIENCE, LIFE));
      }
      case EXPIRED -> answer(exchange, 200, token(client, AUDIENCE, Duration.ofHours(-1)));
      case ELSEWHERE -> answer(exchange, 200, token(client, "elsewhere", LIFE));
      case NONE -> answer(exchange, 200, "{\"access_token\": \"none\"}");
      case BROKEN -> answer(exchange, 503, "<html>try later</html>");
      case SILENT -> {
        try {
          end.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        exchange.close();
      }
    }
  }

  /** Who asks, if the secret is right. */
  private String client(HttpExchange exchange) {
    String header = exchange.getRequestHeaders().getFirst("Authorization");
    String[] words =
        new String(Base64.getDecoder().decode(header.split(" ")[1]), StandardCharsets.UTF_8)
            .split(":", 2);
    return words[1].equals(secrets.get(words[0])) ? words[0] : null;
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private String token(String client, String audience, Duration life) {
    long now = Instant.now().getEpochSecond();
    long end = now + life.toSeconds();
    String claims =
        String.format(
            "{\"iss\":\"%s\",\"aud\":\"%s\",\"sub\":\"%s\",\"scope\":\"kafka\",\"iat\":%d,\"exp\":%d}",
            ISSUER, audience, client, Math.min(now, end - 1), end);
    String signed =
        base64("{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"" + KEY + "\"}")
            + "."
            + base64(claims);
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(keys.getPrivate());
      signature.update(signed.getBytes(StandardCharsets.UTF_8));
      return String.format(
          "{\"access_token\": \"%s.%s\", \"token_type\": \"Bearer\", \"expires_in\": %d}",
          signed, BASE64.encodeToString(signature.sign()), life.toSeconds());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private String keySet() {
    RSAPublicKey key = (RSAPublicKey) keys.getPublic();
    return String.format(
        "{\"keys\": [{\"kty\": \"RSA\", \"use\": \"sig\", \"alg\": \"RS256\", \"kid\": \"%s\","
            + " \"n\": \"%s\", \"e\": \"%s\"}]}",
        KEY, base64(key.getModulus()), base64(key.getPublicExponent()));
  }

  /** Without the byte of the sign. */
  private static String base64(BigInteger number) {
    byte[] bytes = number.toByteArray();
    int from = bytes[0] == 0 ? 1 : 0;
    return BASE64.encodeToString(java.util.Arrays.copyOfRange(bytes, from, bytes.length));
  }

  private static String base64(String text) {
    return BASE64.encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    end.countDown();
    plain.stop(0);
    secured.stop(0);
    threads.shutdownNow();
  }
}
