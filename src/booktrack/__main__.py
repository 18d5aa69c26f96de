"""`python -m booktrack` is the `booktrack` command."""

from booktrack.cli import main

main()
