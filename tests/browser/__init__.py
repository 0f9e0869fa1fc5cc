"""What a page is in a real browser: in every width, light, dark and on paper."""
