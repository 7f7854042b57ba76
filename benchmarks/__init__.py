"""Measurements as ratios within one run; `python -m benchmarks.NAME`. Not part of the product nor of its tests."""
