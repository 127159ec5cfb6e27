"""A synthetic call centre with planted truth: events, landing files as a telephone system writes them, and the answers.

Conversations live in simulator/conversations, recorded fixtures in simulator/recordings. Nothing here reads the lake.
"""
