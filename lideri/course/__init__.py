"""What the course is: items, forms, pages, facts, places; loading and checking them."""
