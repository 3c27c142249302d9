"""Taking in what webhooks brought: from stored bodies to contacts, conversations, messages and statuses.

`rounds` is the loop: one intake at a time per organisation, bad items set aside. `journal` reads stored bodies and
writes down what became of them, `runs` sets aside what ends the process, `routing` finds the channel of each item,
`effects` puts them together; `messages`, `threads` and `quotes` are what a customer's message does. Statuses are in
`inbox.statuses`.
"""

from inbox.intake.rounds import take_in

__all__ = ["take_in"]
