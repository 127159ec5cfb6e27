"""How right the machines are: gold sets of two annotators, and the measures of hearing, clauses, emotion and scores.

Everything is measured with a 95 % interval and becomes rows of the contract ``evaluations`` (result.py). What the
machines do is not here but in the rest of asr_jobs; nothing here changes a transcript, a finding or a score.
"""
