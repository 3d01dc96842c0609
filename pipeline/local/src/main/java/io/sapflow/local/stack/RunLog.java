package io.sapflow.local.stack;

import io.sapflow.job.kafka.StackException;
import java.nio.file.Path;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.FileAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.layout.PatternLayout;

/** Writes this process's log, from INFO up, to a file as long as it is open. */
public final class RunLog implements AutoCloseable {
  private static final String NAME = "run";

  private final LoggerContext context;
  private final FileAppender appender;
  private final Level levelBefore;

  private RunLog(LoggerContext context, FileAppender appender) {
    this.context = context;
    this.appender = appender;
    this.levelBefore = root().getLevel();
  }

  /** Opens the log; {@code file} is made with its directories, or appended to. */
  public static RunLog open(Path file) {
    LoggerContext context = (LoggerContext) LogManager.getContext(false);
    FileAppender appender =
        FileAppender.newBuilder()
            .setName(NAME)
            .withFileName(file.toString())
            .setLayout(
                PatternLayout.newBuilder().withPattern("%d{ISO8601} %p %c{1} [%t] - %m%n").build())
            .setConfiguration(context.getConfiguration())
            .build();
    if (appender == null) {
      throw new StackException("the log cannot be written to " + file);
    }
    RunLog log = new RunLog(context, appender);
    log.attach();
    return log;
  }

  private void attach() {
    appender.start();
    root().addAppender(appender, Level.INFO, null);
    root().setLevel(Level.INFO);
    context.updateLoggers();
  }

  @Override
  public void close() {
    root().removeAppender(NAME);
    root().setLevel(levelBefore);
    context.updateLoggers();
    appender.stop();
  }

  private LoggerConfig root() {
    return context.getConfiguration().getRootLogger();
  }
}
