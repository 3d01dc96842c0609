package io.sapflow.ops.topics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalTime;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SendProgressTest {

  private static final long SECOND = 1_000_000_000;

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final AtomicLong now = new AtomicLong();

  private SendProgress progress(boolean terminal) {
    return new SendProgress(
        new PrintStream(said, true, StandardCharsets.UTF_8),
        terminal,
        now::get,
        () -> LocalTime.of(14, 0).plusSeconds(now.get() / SECOND));
  }

  private String said() {
    String text = said.toString(StandardCharsets.UTF_8);
    said.reset();
    return text;
  }

  @Test
  void at_underASecond_saysNothing() {
    SendProgress progress = progress(true);
    progress.at(0, 0, 0);
    now.set(SECOND - 1);
    progress.at(500, 0, 0.5);
    progress.clear();
    assertThat(said()).isEmpty();
  }

  @Test
  void at_onATerminal_writesOverItsLine_andMakesRoomForOthers() {
    SendProgress progress = progress(true);
    progress.at(0, 0, 0);
    now.set(2 * SECOND);
    progress.at(500, 3, 0.25);
    progress.at(501, 3, 0.25);
    assertThat(said())
        .isEqualTo(
            "\r500 rows, 3 of them bad, 25 % of the file, 250 rows a second, ends about 14:00:08,"
                + " in 6 s\u001b[K");
    progress.say("x:3: a fault");
    assertThat(said()).isEqualTo("\r\u001b[Kx:3: a fault" + System.lineSeparator());
  }

  @Test
  void at_elsewhere_saysALineNowAndThen() {
    SendProgress progress = progress(false);
    for (int second = 0; second <= 25; second++) {
      now.set(second * SECOND);
      progress.at(100L * second, 0, second / 10_000.0);
    }
    assertThat(said().lines())
        .containsExactly(
            "100 rows, 0 % of the file, 100 rows a second, ends about 16:46:40, in 2 h 46 min",
            "1100 rows, 0 % of the file, 100 rows a second, ends about 16:46:40, in 2 h 46 min",
            "2100 rows, 0 % of the file, 100 rows a second, ends about 16:46:40, in 2 h 46 min");
  }

  @Test
  void at_sizeThatNobodyKnows_saysNoEnd() {
    SendProgress progress = progress(false);
    progress.at(0, 0, -1);
    now.set(4 * SECOND);
    progress.at(100, 0, -1);
    assertThat(said()).isEqualTo("100 rows, 25 rows a second" + System.lineSeparator());
  }

  @Test
  void at_goneOn_countsFromWhereItBegan() {
    SendProgress progress = progress(false);
    progress.at(1_000, 0, 0.5);
    now.set(60 * SECOND);
    progress.at(1_600, 0, 0.8);
    assertThat(said())
        .isEqualTo(
            "1600 rows, 80 % of the file, 10 rows a second, ends about 14:01:40, in 40 s"
                + System.lineSeparator());
  }

  @Test
  void pause_holdsARate() {
    Pacer pacer = new Pacer(4, now::get);
    assertThat(pacer.pause(0)).isZero();
    assertThat(pacer.pause(1)).isEqualTo(SECOND / 4);
    now.set(SECOND);
    assertThat(pacer.pause(4)).isZero();
    assertThat(pacer.pause(3)).isNegative();
    assertThat(new Pacer(0, now::get).pause(1_000)).isZero();
  }
}
