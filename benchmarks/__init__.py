"""Benchmarks: ratios against a physical floor measured in the same run, medians of several runs."""
