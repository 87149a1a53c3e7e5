"""From scores to statements about people and items."""
