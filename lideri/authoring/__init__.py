"""What authors run: check everything, build notebooks and forms."""
