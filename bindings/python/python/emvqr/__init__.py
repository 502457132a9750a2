"""Reads, judges and writes merchant payment codes: KHQR of Cambodia, JPQR of Japan, and whatever
else follows EMVCo's format."""

from ._emvqr import BuildError, __version__, build, decode, lint, md5

__all__ = ["BuildError", "__version__", "build", "decode", "lint", "md5"]
