"""Rows that leave the cockpit: what was ordered, the file that is made of it, and the address it is fetched from.

The form that a page shows is components/export.py. Nothing here draws.
"""
