"""Two contacts that are one person: proposed by the program, decided by people, and taken back if that was wrong.

`proposals` asks and answers, `merge` moves everything to the one that is kept, `undo` moves it back, `resources` says
how proposals look.
"""
