package io.sapflow.model;

/**
 * DJL takes its natives from the class path or {@code PYTORCH_LIBRARY_PATH}, and tells nobody that
 * it is there: where neither the environment nor the JVM's properties say so, this does. Comes
 * before DJL's first call.
 */
public final class NoDownloads {

  private NoDownloads() {}

  /** Tells DJL, in this process, what nobody has told it otherwise. */
  public static void tellDjl() {
    say("DJL_OFFLINE", "ai.djl.offline");
    say("OPT_OUT_TRACKING", "OPT_OUT_TRACKING");
  }

  private static void say(String variable, String property) {
    if (System.getenv(variable) == null && System.getProperty(property) == null) {
      System.setProperty(property, "true");
    }
  }
}
