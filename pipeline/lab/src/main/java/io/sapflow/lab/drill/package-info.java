/**
 * Scripted incidents against the safety loop, on a real broker and a real cluster, with the toy
 * model.
 *
 * <p>In: the incidents' names and a seed. Out: for each incident which alerts it raised, whether
 * anything was promoted that should not be, and how the poisoned source ranked. State: none.
 */
package io.sapflow.lab.drill;
