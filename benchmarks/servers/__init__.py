"""The servers that are measured beside booktrack's: the floor and the rival."""
