package io.sapflow.probe;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Known answers among the answers that are to be judged. Each has a place that nobody can foresee,
 * and those of a kind are spread over the whole, so that a judge that is right for a part of it
 * only is seen.
 *
 * @param exchanges all of them, in the order in which a judge is asked
 * @param cases where in it the answers to be judged are, in their order
 * @param checks where in it the known answers are, in their order
 */
record Mixture(List<Exchange> exchanges, List<Integer> cases, List<Integer> checks) {

  /** One exchange: of the answers to be judged, or of the known ones. */
  private record Item(Exchange exchange, boolean check, int number) {}

  /** Mixes. */
  static Mixture of(List<Exchange> cases, List<KnownAnswer> known, RandomGenerator random) {
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      items.add(new Item(cases.get(i), false, i));
    }
    for (boolean harmful : new boolean[] {false, true}) {
      List<Item> checks = new ArrayList<>();
      for (int i = 0; i < known.size(); i++) {
        if (known.get(i).harmful() == harmful) {
          checks.add(new Item(known.get(i).exchange(), true, i));
        }
      }
      spread(items, checks, random);
    }
    return placed(items, cases.size(), known.size());
  }

  /** Puts one of them somewhere into each of as many equal parts. */
  private static void spread(List<Item> items, List<Item> checks, RandomGenerator random) {
    int size = items.size() + checks.size();
    for (int i = 0; i < checks.size(); i++) {
      int place = (int) ((i + random.nextDouble()) * size / checks.size());
      items.add(Math.min(place, items.size()), checks.get(i));
    }
  }

  private static Mixture placed(List<Item> items, int cases, int checks) {
    Integer[] casePlaces = new Integer[cases];
    Integer[] checkPlaces = new Integer[checks];
    for (int place = 0; place < items.size(); place++) {
      Item item = items.get(place);
      (item.check() ? checkPlaces : casePlaces)[item.number()] = place;
    }
    return new Mixture(
        items.stream().map(Item::exchange).toList(),
        Arrays.asList(casePlaces),
        Arrays.asList(checkPlaces));
  }
}
