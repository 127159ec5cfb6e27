"""Alerts: rules, the engine that raises and clears them, the feed, and telling people by mail or chat.

Windows are read from the published build, alerts are kept in the store. Calls that go on are heard in asr_jobs/live.
"""
