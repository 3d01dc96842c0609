/**
 * Which examples made a version harmful: the range that it trained since its parent, in slices,
 * each trained on alone or only scored.
 *
 * <p>In: a version's name; committed records and the store. Out: findings, ranked. State: none;
 * nothing is written to topics or store.
 */
package io.sapflow.ops.blame;
