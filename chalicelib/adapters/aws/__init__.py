"""Queues and mail on AWS."""
