package io.sapflow.local.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.local.run.RestartLoop.Change;
import org.junit.jupiter.api.Test;

class RestartLoopTest {

  private static final long SECOND = 1_000_000_000L;

  private final RestartLoop loop = new RestartLoop();

  private Change at(long second, int restarts) {
    return loop.observe(restarts, second * SECOND);
  }

  @Test
  void threeRestartsWithinAMinute_areBorne() {
    assertThat(at(0, 1)).isEqualTo(Change.NONE);
    assertThat(at(10, 2)).isEqualTo(Change.NONE);
    assertThat(at(20, 3)).isEqualTo(Change.NONE);
    assertThat(at(61, 4)).isEqualTo(Change.NONE);
    assertThat(loop.recent()).isEqualTo(3);
  }

  @Test
  void fourRestartsWithinAMinute_areTold_once() {
    at(0, 1);
    at(20, 2);
    at(40, 3);
    assertThat(at(60, 4)).isEqualTo(Change.BEGINS);
    assertThat(at(60, 4)).isEqualTo(Change.NONE);
    assertThat(at(61, 5)).isEqualTo(Change.GOES_ON);
  }

  @Test
  void restartsBetweenTwoLooks_areAllCounted() {
    assertThat(at(0, 4)).isEqualTo(Change.BEGINS);
    assertThat(loop.recent()).isEqualTo(4);
  }

  @Test
  void aMinuteWithoutRestart_endsTheLoop_andTheNextIsToldAgain() {
    at(0, 4);
    assertThat(at(60, 4)).isEqualTo(Change.NONE);
    assertThat(at(61, 4)).isEqualTo(Change.ENDS);
    assertThat(at(62, 4)).isEqualTo(Change.NONE);
    assertThat(at(63, 8)).isEqualTo(Change.BEGINS);
  }

  @Test
  void anotherJobManagerCountsAnew_isNoRestart() {
    at(0, 3);
    assertThat(at(1, 0)).isEqualTo(Change.NONE);
    assertThat(at(2, 1)).isEqualTo(Change.BEGINS);
  }

  @Test
  void restartsThatArePassedOver_areNeverCounted() {
    assertThat(loop.isNews(5)).isTrue();
    loop.passOver(5);
    assertThat(loop.isNews(5)).isFalse();
    assertThat(at(1, 5)).isEqualTo(Change.NONE);
    assertThat(at(2, 8)).isEqualTo(Change.NONE);
    assertThat(at(3, 9)).isEqualTo(Change.BEGINS);
  }

  @Test
  void loopThatSomebodyElseTold_endsAfterAMinute_orGoesOn() {
    loop.takeOver(0);
    assertThat(at(1, 0)).isEqualTo(Change.NONE);
    assertThat(at(28, 1)).isEqualTo(Change.NONE);
    assertThat(at(29, 2)).isEqualTo(Change.NONE);
    assertThat(at(30, 3)).isEqualTo(Change.GOES_ON);
    assertThat(at(61, 3)).isEqualTo(Change.NONE);
    assertThat(loop.lasts()).isTrue();
    assertThat(at(91, 3)).isEqualTo(Change.ENDS);
    assertThat(loop.lasts()).isFalse();
  }
}
