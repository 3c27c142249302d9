"""Looks into files of strangers, in a process of its own that may break: no Django, no database, no secrets.

`python -m inbox.files.inspector` reads one job as JSON from its input and answers with JSON; `inbox.files.inspection`
is who calls it.
"""
