"""The engine of «Digitālie līderi»: content → item → answer → score → evidence → picture."""

from lideri.late import late

__version__ = "0.4.0"

# jsonschema takes it along for checking internationalised addresses; it builds a parser, a second each time.
late("rfc3987_syntax", "is_valid_syntax")
