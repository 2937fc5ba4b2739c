"""What carries the house: templates, packaging, and the laptop that stands in for AWS."""
