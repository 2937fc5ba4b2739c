"""In-memory twins of every port: what unit tests run on; the contract suites make them trustworthy."""
