"""Reports: every figure a fold over the journal, each with its definition, in a form to read, print or compute with.

Pure: events, a setup and the time go in; figures and text come out.
"""
