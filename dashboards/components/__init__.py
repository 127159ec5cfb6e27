"""Pieces that pages are made of. What draws with Streamlit imports it; the rest are plain functions."""
