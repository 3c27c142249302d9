"""The numbers that we speak through, as the team sees them: quality, limits, trouble, and what Meta tells of them.

`resources` says how they look, `notices` takes in what Meta tells, `troubles` stops a number's sends and lets them go
on, `probing` asks Meta whether they may.
"""
