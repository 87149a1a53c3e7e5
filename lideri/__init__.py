"""The engine of «Digitālie līderi»: content → item → answer → score → evidence → picture."""

__version__ = "0.3.0"
