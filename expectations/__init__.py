"""The two quality doors: Great Expectations suites and the one runner that judges lake partitions and marts.

``suites/`` holds the rules as YAML; schema rules come from lingting/contracts. Nothing is loaded, repaired or published
here, and Great Expectations is imported only when something is judged (it takes seconds).
"""
