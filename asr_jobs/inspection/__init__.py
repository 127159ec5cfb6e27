"""Intelligent inspection: what each model finds and scores in one masked conversation, with its evidence.

``models.judge`` is the door: it runs every model on a conversation. The models are compliance, business, emotion and
their fusion, one module each; what they look for is data in packs/, one folder a model. Hearing is not done here, and
nothing here writes to the lake. Rules are data in packs/ (rules.py), found by search.py and applied by findings.py.
"""
