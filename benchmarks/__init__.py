"""Every figure that issue 3 asks of booktrack, beside its rivals: `python -m benchmarks`."""
