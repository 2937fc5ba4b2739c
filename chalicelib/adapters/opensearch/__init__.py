"""The product index on OpenSearch, with core analyzers only."""
