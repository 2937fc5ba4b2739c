"""Owns products (SPU with their SKUs), categories and prices, and reads shops' catalogue feeds."""
