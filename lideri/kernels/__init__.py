"""Kernels of pages: whose they are, and what little they know."""
