/**
 * Adapters on disk: PEFT directories, and the store of immutable versions with their manifests.
 *
 * <p>In: LoRA weights and a training state. Out: {@code <store>/<adapterId>/<version>/}. State: the
 * store's files alone.
 */
package io.sapflow.adapter;
