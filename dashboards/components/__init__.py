"""Pieces that pages are made of. html, numbers, charts and status are plain functions; the rest draws with Streamlit."""
