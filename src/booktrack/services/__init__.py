"""What the product does: takes the store, the sources and the domain, gives dicts."""
