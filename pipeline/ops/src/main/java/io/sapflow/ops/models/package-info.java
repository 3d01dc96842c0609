/**
 * What is done with model directories outside of a job: looked into, tried out, merged with an
 * adapter, made at random.
 *
 * <p>In: a directory in Hugging Face layout. Out: values for the command line. State: none.
 */
package io.sapflow.ops.models;
