package io.sapflow.adapter;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What writes to a store that were broken off have left in it: files and directories that were
 * never given their name. Who writes makes such ones, so only its writer may sweep, and only what
 * was there before it began.
 */
public final class StoreLeftovers {

  /** Ends the name of all that is yet to be renamed. */
  private static final Pattern UNNAMED =
      Pattern.compile(".*\\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  private final VersionFiles files;
  private List<String> found = List.of();

  /** Of a store. */
  public StoreLeftovers(VersionFiles files) {
    this.files = files;
  }

  /** Notes what there is. */
  public void note() throws IOException {
    List<String> unnamed = new ArrayList<>();
    for (String directory : files.list("")) {
      for (String name : files.list(directory)) {
        if (UNNAMED.matcher(name).matches()) {
          unnamed.add(directory + "/" + name);
        }
      }
    }
    found = unnamed;
  }

  /**
   * Deletes what was noted.
   *
   * @return its paths
   */
  public List<String> sweep() throws IOException {
    for (String path : found) {
      files.delete(path);
    }
    return found;
  }
}
