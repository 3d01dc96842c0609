package io.sapflow.local.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The TCP sockets that a process listens on, as Linux tells them under /proc. */
public final class ListeningSockets {

  private static final String LISTENS = "0A";

  /** 127.0.0.1, ::1 and ::ffff:127.0.0.1, in the kernel's words of four bytes. */
  private static final Set<String> LOOPBACK =
      Set.of("0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F");

  private ListeningSockets() {}

  /** Whether this system has what is read here. */
  public static boolean known() {
    return Files.isReadable(Path.of("/proc/self/net/tcp"));
  }

  /**
   * Addresses that a process listens on, ADDRESS:PORT in hexadecimal.
   *
   * @param pid of this user's process
   */
  public static List<String> of(long pid) throws IOException {
    Path process = Path.of("/proc", Long.toString(pid));
    Set<String> inodes = inodes(process.resolve("fd"));
    List<String> addresses = new ArrayList<>();
    for (String table : List.of("net/tcp", "net/tcp6")) {
      Path file = process.resolve(table);
      if (Files.isReadable(file)) {
        for (String line : Files.readAllLines(file)) {
          String[] cells = line.strip().split("\\s+");
          if (cells[3].equals(LISTENS) && inodes.contains(cells[9])) {
            addresses.add(cells[1]);
          }
        }
      }
    }
    return addresses;
  }

  /** Whether only this machine reaches an address. */
  public static boolean isLoopback(String address) {
    return LOOPBACK.contains(address.substring(0, address.indexOf(':')));
  }

  private static Set<String> inodes(Path descriptors) throws IOException {
    Set<String> inodes = new TreeSet<>();
    try (Stream<Path> all = Files.list(descriptors)) {
      for (Path descriptor : all.toList()) {
        String target = target(descriptor);
        if (target.startsWith("socket:[")) {
          inodes.add(target.substring("socket:[".length(), target.length() - 1));
        }
      }
    }
    return inodes;
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return ""; // closed meanwhile
    }
  }
}
