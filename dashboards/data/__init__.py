"""What the pages read: typed questions to the published build, each within the viewer's rights. No Streamlit here."""
