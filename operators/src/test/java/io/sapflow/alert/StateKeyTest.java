package io.sapflow.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StateKeyTest {

  @Test
  void key_isReadAsItWasWritten_whateverALabelHolds() {
    Map<String, String> odd = Map.of("source", "a=b{c}, d");
    assertThat(StateKey.parse(StateKey.of(Rule.SOURCE_SUSPICIOUS, odd)))
        .isEqualTo(new StateKey(Optional.of(Rule.SOURCE_SUSPICIOUS), odd));
    assertThat(StateKey.parse(StateKey.of(Rule.DRIFT, Map.of())))
        .isEqualTo(new StateKey(Optional.of(Rule.DRIFT), Map.of()));
  }

  @Test
  void key_ofARuleThatIsNotKnown_isReadWithoutIt() {
    assertThat(StateKey.parse("later{judge=guard}").rule()).isEmpty();
  }
}
