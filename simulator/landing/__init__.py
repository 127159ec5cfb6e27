"""The raw files of the synthetic centre, as its telephone system would export them: own names, codes, local time.

What they mean is written in lingting/loading/mappings/simulator.yaml. Nothing is drawn here.
"""
