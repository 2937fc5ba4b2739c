"""Stores on DynamoDB. Every key is drawn in ``keys.py``."""
