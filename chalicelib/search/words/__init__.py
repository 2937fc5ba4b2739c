"""The shop's own words: what was meant, what to suggest, what is hot."""
