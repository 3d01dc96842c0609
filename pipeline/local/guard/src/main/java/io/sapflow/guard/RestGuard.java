package io.sapflow.guard;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Decides which requests Flink's REST interface answers.
 *
 * <p>A page in a browser can send simple requests to a loopback address, with its own {@code
 * Origin}, and by a name that it has pointed at this machine (DNS rebinding), with that name as
 * {@code Host}. A request to submit a job runs code; a GET needs no script at all, an image's
 * address does.
 */
final class RestGuard {

  /** Header of a submission's secret. */
  static final String SECRET_HEADER = "X-Sapflow-Submit-Secret";

  private static final List<String> LOOPBACK = List.of("127.0.0.1", "localhost", "[::1]");
  private static final Set<String> CANCELLING = Set.of("yarn-cancel", "yarn-stop");
  private static final int SHOWN = 100;

  private final Set<String> hosts = new TreeSet<>();
  private final Optional<String> secret;

  /**
   * A guard.
   *
   * @param port that the server listens on
   * @param names HOST:PORT that lead to it beside loopback's
   * @param secret of a submission; without one nobody may submit
   */
  RestGuard(int port, List<String> names, Optional<String> secret) {
    LOOPBACK.forEach(name -> hosts.add(name + ":" + port));
    names.forEach(name -> hosts.add(name.toLowerCase(Locale.ROOT)));
    this.secret = secret;
  }

  /** Why a request is not answered; empty if it is. */
  Optional<String> refusal(RestRequest request) {
    if (request.hosts().size() != 1 || !isOwn(request.hosts().get(0))) {
      return Optional.of(
          "Host: found "
              + shown(request.hosts())
              + ", expected one of "
              + String.join(", ", hosts));
    }
    if (!request.origins().stream().allMatch(this::isOwnOrigin)) {
      return Optional.of(
          "Origin: found " + shown(request.origins()) + ", expected none or this server's own");
    }
    try {
      return refusal(request, RoutePath.segments(request.target()));
    } catch (IllegalArgumentException e) {
      return Optional.of(e.getMessage());
    }
  }

  private Optional<String> refusal(RestRequest request, List<String> path) {
    if (path.stream().anyMatch(CANCELLING::contains)) {
      return Optional.of(
          "a GET ends no job here: PATCH /jobs/ID cancels, POST /jobs/ID/stop stops");
    }
    if (!submits(request.method(), path)) {
      return Optional.empty();
    }
    if (secret.isEmpty()) {
      return Optional.of("jobs are not taken over REST by this server");
    }
    return request.secrets().size() == 1 && isSecret(request.secrets().get(0))
        ? Optional.empty()
        : Optional.of("a submission needs the secret of this server in " + SECRET_HEADER);
  }

  private static boolean submits(String method, List<String> path) {
    if (path.isEmpty() || method.equals("GET") || method.equals("HEAD")) {
      return false;
    }
    return path.get(0).equals("jars") || path.equals(List.of("jobs"));
  }

  private boolean isOwn(String host) {
    return hosts.contains(host.toLowerCase(Locale.ROOT));
  }

  private boolean isOwnOrigin(String origin) {
    String lower = origin.toLowerCase(Locale.ROOT);
    return hosts.stream()
        .anyMatch(host -> lower.equals("http://" + host) || lower.equals("https://" + host));
  }

  private boolean isSecret(String shown) {
    return MessageDigest.isEqual(
        shown.getBytes(StandardCharsets.UTF_8), secret.get().getBytes(StandardCharsets.UTF_8));
  }

  private static String shown(List<String> values) {
    String text = values.isEmpty() ? "none" : String.join(", ", values);
    return text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
  }
}
