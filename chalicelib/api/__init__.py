"""HTTP: requests in, capability calls, answers out. Nothing here decides anything about a shop."""
