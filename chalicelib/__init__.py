"""Zhaohui 召回: product search and customer recall on one customer profile."""
