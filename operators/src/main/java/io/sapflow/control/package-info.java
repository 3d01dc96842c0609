/**
 * Commands to the trainers: which ones follow from a judgement, and which may be carried out.
 *
 * <p>In: judgements, and a trainer's situation. Out: commands for the control topic, holds for
 * theirs, and refusals in words. State: none; the trainer remembers which commands it has answered.
 */
package io.sapflow.control;
