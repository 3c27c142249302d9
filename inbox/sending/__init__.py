"""Handing messages to Meta: never lost, never twice.

pending → claimed (lease) → sending (committed before the call) → accepted | refused | unknown

`attempts` are the steps in the database, `outcomes` what a call proved, `channel` the asyncio sender of one number,
`loop` the thread that runs the senders of a process, `recovery` what a dead process left behind.
"""
