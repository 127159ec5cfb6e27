"""The cockpits: Streamlit pages over the published build. Data comes through lingting, from no other room."""
