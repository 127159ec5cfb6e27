"""The recognisers, one file each. Which one runs is decided in asr_jobs/engine.py."""
