package io.sapflow.publish;

import java.io.Serializable;

/**
 * How another program sees the store's files: what this job sees below {@code from}, it sees below
 * {@code to}.
 *
 * @param from a directory's path or URI; empty for the same view
 * @param to a directory's path
 */
public record StorePath(String from, String to) implements Serializable {

  /** The same files at the same paths. */
  public static final StorePath SAME = new StorePath("", "");

  /** Two directories, of which local ones are named by their path. */
  public StorePath {
    from = plain(from);
    to = plain(to);
  }

  /** Whether a URI leads below {@code from}. */
  public boolean covers(String uri) {
    String path = plain(uri);
    return path.equals(from) || path.startsWith(from + "/");
  }

  /** The path at which the other program sees a file or directory. */
  public String seen(String uri) {
    return covers(uri) ? to + plain(uri).substring(from.length()) : plain(uri);
  }

  /** A local file's path instead of its URI; without slashes at the end. */
  private static String plain(String uri) {
    String path = uri.startsWith("file:") ? uri.replaceFirst("^file:/*", "/") : uri;
    return path.replaceFirst("/+$", "");
  }
}
