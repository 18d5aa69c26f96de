"""Readers of the files that other services export: bytes in, rows out, no I/O."""
