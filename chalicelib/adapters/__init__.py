"""Provides what capabilities ask for in their ``ports.py``; one package per technology."""
