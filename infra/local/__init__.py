"""The whole shop on a laptop: moto for AWS, the embedded index, and a pump that plays queues, streams and clocks."""
