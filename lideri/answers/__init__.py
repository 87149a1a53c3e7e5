"""The one service that owns the store: plain pages for people, an API for the kernels of pages."""
