"""Beds: where they are, who waits for one, who sleeps where."""
