package io.sapflow.http;

import java.net.URI;

/** Addresses in messages and logs. */
public final class Address {

  private Address() {}

  /**
   * Scheme, host and port alone: user info, path and query may hold what opens the server, or what
   * a log is to keep out.
   */
  public static String shown(URI address) {
    if (address.getHost() == null) {
      return "an address without a host";
    }
    String scheme = address.getScheme() == null ? "" : address.getScheme() + "://";
    return scheme + address.getHost() + (address.getPort() < 0 ? "" : ":" + address.getPort());
  }
}
