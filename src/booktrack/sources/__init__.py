"""Where facts come from: services outside, and files that people exported elsewhere."""
