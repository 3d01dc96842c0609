/**
 * Holds the kernel and the step to recorded numbers: {@link
 * io.sapflow.ops.verify.ModelVerification} a model's logits, losses and gradients, {@link
 * io.sapflow.ops.verify.TraceVerification} a training trace.
 *
 * <p>In: a directory of files. Out: a list of checks. State: none.
 */
package io.sapflow.ops.verify;
