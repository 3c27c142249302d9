"""A stand-in for Meta's WhatsApp Cloud API, for the demo, the tests and developers.

It is a process of its own (`python -m integrations.simulator`) without Django, and refuses to start in
production. Tests start it inside their process with `integrations.simulator.testing.running`.

Graph API under /v{n}/ (strict on what it serves, everything else is refused as Meta would refuse it):
    POST   {phone_number_id}/messages         text; status "read", with or without typing_indicator
    GET    {phone_number_id}                  ?fields=
    GET    {waba_id}, {waba_id}/phone_numbers
    GET, POST, DELETE  {waba_id}/subscribed_apps
    GET    debug_token, me
The other message types answer 131051 until they are played for real.

Controls, answered on loopback names only and never to a page of another site:
    GET    /_sim/health, /_sim/ledger, /_sim/reads, /_sim/deliveries
    GET, POST, DELETE  /_sim/faults           one fault, or {"faults": [...]}
    GET, POST  /_sim/timeline                 {"sent", "delivered": seconds|null,
                                               "read": "when_open"|seconds|null,
                                               "order": "forward"|"shuffled", "copies", "early"}
    GET, POST  /_sim/webhooks                 {"batch", "batch_seconds", "duplicates", "shuffle", "hold"}
    GET, POST  /_sim/limits                   {"pair": bool, "per_second": number|null}
    GET, POST  /_sim/accounts                 the shape of the accounts file; "replace": true forgets others
    POST   /_sim/inbound                      {"from": number, BSUID or "new", "name", "text", "timestamp",
                                               "context_wamid", "phone_number_id", "copies", "retry", "wait"},
                                              or with {"value": ...}, {"raw": ...}, {"raw_bytes_base64"} and
                                              "signature"; gives {"wamid", "status", "delivered"}
    POST   /_sim/verify-webhook               Meta's GET handshake
    POST   /_sim/reset                        back to the accounts file; {"accounts": true} forgets it as well

Faults, `POST /_sim/faults`. Each may carry "count" (how many times, none for always), "probability" with
"seed", "phone_number_id", "customer" (number or BSUID) and "on" ("send", "read" or "any" Graph call):
    {"kind": "error", "code": 131026}         refused with Meta's answer for that code
    {"kind": "delay", "seconds": 2}           the answer comes late; may meet another fault as well
    {"kind": "reset", "when": "before_body" | "after_accept" | "half_response"}
    {"kind": "silent", "when": "before_accept" | "after_accept"}   taken in, never answered
    {"kind": "html", "status": 502, "when": "before_accept" | "after_accept"}
    {"kind": "garbage", "body": "empty" | "html" | "cut" | "no_id"}   200 with a useless body, accepted
    {"kind": "drip", "seconds": 1}            accepted, answered with one byte a second
    {"kind": "status_failed", "code": 131049} accepted, a failed status follows

Without any control, a customer's number triggers the same by its last seven digits (`triggers.py`):
    0 and six digits of a code, ...0131026    refused with that code
    1 and six digits of a code, ...1131049    accepted, then a failed status with that code
    ...0999502 HTML 502 · ...0999503 HTML 503 after accepting · ...0999104 reset after accepting
    ...0999204 accepted and never answered · ...0999200 accepted, 200 with a broken body
"""
