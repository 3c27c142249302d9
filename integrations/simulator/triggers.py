"""Troubles that a customer's number brings by its last seven digits, without any control.

0 and the six digits of a code    refused with that code          +57 300 0131026
1 and the six digits of a code    accepted, later failed with it  +57 300 1131049
099 and the four digits of a code refused with a short code       +57 300 0990190
0999502                           HTML 502, nothing accepted
0999503                           HTML 503 after accepting
0999104                           connection reset after accepting
0999204                           accepted and never answered
0999200                           accepted, answered with 200 and a broken body
"""

from integrations.simulator.faults import Fault
from integrations.simulator.graph.errors import CATALOGUE

_WIRE = {
    "0999502": Fault(kind="html", status=502, when="before_accept"),
    "0999503": Fault(kind="html", status=503, when="after_accept"),
    "0999104": Fault(kind="reset", when="after_accept"),
    "0999204": Fault(kind="silent", when="after_accept"),
    "0999200": Fault(kind="garbage", body="cut"),
}


def triggered_by(wa_id: str | None) -> Fault | None:
    """Give the trouble that this number stands for, if any."""
    if wa_id is None or len(wa_id) < 9:
        return None
    ending = wa_id[-7:]
    if ending in _WIRE:
        return _WIRE[ending]
    code = int(ending[1:])
    # Short codes as they are would meet numbers that load tests count up from zero.
    if ending.startswith("099") and int(ending[3:]) in CATALOGUE:
        return Fault(kind="error", code=int(ending[3:]))
    if code not in CATALOGUE or code < 80000:
        return None
    if ending[0] == "0":
        return Fault(kind="error", code=code)
    if ending[0] == "1":
        return Fault(kind="status_failed", code=code)
    return None
