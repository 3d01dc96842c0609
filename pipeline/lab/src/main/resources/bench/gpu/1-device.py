#!/usr/bin/env python3
"""What a short visit to a GPU should measure of Sapflow, the most valuable first.

One file, that wants Python's torch (2.x) and nothing else. After each measurement the results so far are written as
JSON, so that a visit may end at any time; one that fails does not stop the others. docs/performance.md says what the
figures mean.

    python3 FILE [--out RESULTS] [--budget SECONDS] [--only NAME,...] [--list]
    python3 FILE --small --device cpu             every line once, on a small model
    python3 FILE --sapflow DIR                    bench step and tune in the JVM at the end, from that checkout

The kernel is the archive that Java writes, loaded by torch.jit; the order of its calls is SapStep's.
"""
import argparse
import base64
import contextlib
import gc
import gzip
import io
import json
import math
import os
import platform
import statistics
import subprocess
import sys
import time
import traceback
import warnings

PLAN = "@PLAN@"  # gzipped JSON in base64, written by GpuScript

TYPES = {"float32": 6, "float64": 7, "bfloat16": 15}
RESULTS = {}


def plan():
    return json.loads(gzip.decompress(base64.b64decode(PLAN)))


class Device:
    """Where things are computed, and how time and memory are taken there."""

    def __init__(self, torch, name):
        self.torch = torch
        self.name = name
        self.gpu = name.startswith("cuda")

    def wait(self):
        if self.gpu:
            self.torch.cuda.synchronize()

    def reset_peak(self):
        gc.collect()
        if self.gpu:
            self.torch.cuda.empty_cache()
            self.torch.cuda.reset_peak_memory_stats()

    def peak_gib(self):
        return self.torch.cuda.max_memory_allocated() / 2**30 if self.gpu else None

    def seconds(self, work, repeats, warm=1):
        """Median of so many repetitions, each from an idle device to an idle device."""
        for _ in range(warm):
            work()
        taken = []
        for _ in range(repeats):
            self.wait()
            start = time.perf_counter()
            work()
            self.wait()
            taken.append(time.perf_counter() - start)
        return statistics.median(taken)


def cudnn_attention(torch, on):
    """Whether torch may take cuDNN's attention, which plans anew for every length of a row; tells if it can be said."""
    known_ = hasattr(torch.backends.cuda, "enable_cudnn_sdp")
    if known_:
        torch.backends.cuda.enable_cudnn_sdp(on)
    return known_


def attention_of_old_torch(torch):
    """Torch before 2.0 has no scaled_dot_product_attention; with this one the script runs there, slower."""
    if hasattr(torch.nn.functional, "scaled_dot_product_attention"):
        return None
    library = torch._C._dispatch_library("FRAGMENT", "aten", "", __file__, 1)  # torch.library lets nobody extend aten
    library.define(
        "scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask=None,"
        " float dropout_p=0.0, bool is_causal=False, *, float? scale=None) -> Tensor", ""
    )

    def attention(query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None):
        scores = query @ key.transpose(-2, -1) * query.shape[-1] ** -0.5
        if is_causal:
            attn_mask = torch.ones(scores.shape[-2:], dtype=torch.bool, device=query.device).tril()
        if attn_mask is not None:
            scores = scores.masked_fill(~attn_mask, -1e30)  # where nothing is seen: finite, and nobody reads it
        return torch.softmax(scores, -1) @ value

    library.impl("scaled_dot_product_attention", "CompositeImplicitAutograd", attention)
    return library
