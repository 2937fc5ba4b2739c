"""The product index in process, without a server."""
