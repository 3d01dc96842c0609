package io.sapflow.local.stack;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import sun.misc.Signal;

/**
 * Main class of every child process: runs the main class that its first argument names, and halts
 * when standard input ends, which it does when the parent is gone, however it ended.
 *
 * <p>The class path is the child's, not this process's: the JDK alone is used.
 */
final class ChildMain {
  private static final int PARENT_GONE = 3;

  private ChildMain() {}

  public static void main(String[] args) throws ReflectiveOperationException {
    InputStream in = System.in;
    Thread watch = new Thread(() -> haltAtEndOf(in), "parent-watch");
    watch.setDaemon(true);
    watch.start();
    // Ctrl-C reaches the whole process group; the parent decides when its child stops.
    Signal.handle(new Signal("INT"), signal -> {});

    Method main = Class.forName(args[0]).getMethod("main", String[].class);
    main.setAccessible(true);
    try {
      main.invoke(null, (Object) Arrays.copyOfRange(args, 1, args.length));
    } catch (InvocationTargetException e) {
      e.getCause().printStackTrace();
      System.exit(1);
    }
  }

  private static void haltAtEndOf(InputStream in) {
    try {
      while (in.read() >= 0) {
        // Nothing is sent; only the end matters.
      }
    } catch (IOException e) {
      // A broken pipe is an end as well.
    }
    Runtime.getRuntime().halt(PARENT_GONE);
  }
}
