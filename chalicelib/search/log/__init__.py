"""What shoppers searched, saw and chose: recorded once, counted, reported, and turned into popularity."""
