"""Almanac: weather reports on request."""
