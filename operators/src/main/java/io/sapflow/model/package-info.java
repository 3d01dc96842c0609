/**
 * The model: configuration, safetensors files, LoRA layout, and the kernel that computes.
 *
 * <p>In: a Hugging Face model directory. Out: weights, losses and gradients for the stages that
 * train and probe. State: none in the file classes.
 */
package io.sapflow.model;
