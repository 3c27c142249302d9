"""A stand-in for Meta's WhatsApp Cloud API, for the demo, the tests and developers.

It is a process of its own (`python -m integrations.simulator`) without Django, and refuses to start in
production. Tests start it inside their process with `integrations.simulator.testing.running`.

Graph API under /v{n}/ (strict on what it serves, everything else is refused as Meta would refuse it):
    POST   {phone_number_id}/messages         text, image, video, audio, document, sticker, location, contacts,
                                              reaction, interactive; status "read", with or without typing
    POST   {phone_number_id}/media            multipart; GET, DELETE {media_id}; GET <url> with the bearer token
    GET    {phone_number_id}                  ?fields=
    POST   {phone_number_id}/register         PIN 123456; /deregister
    GET, POST  {phone_number_id}/whatsapp_business_profile;  GET, POST, DELETE  .../block_users
    GET    {waba_id}, {waba_id}/phone_numbers
    GET, POST, DELETE  {waba_id}/subscribed_apps
    GET    debug_token, me
Templates answer 131051 until they are played for real.

Controls, answered on loopback names only and never to a page of another site:
    GET    /_sim/health, /_sim/ledger, /_sim/reads, /_sim/deliveries
    GET, POST, DELETE  /_sim/faults           one fault, or {"faults": [...]}
    GET, POST  /_sim/timeline                 {"sent", "delivered": seconds|null,
                                               "read": "when_open"|seconds|null, "played": seconds|null,
                                               "order": "forward"|"shuffled", "copies", "early"}
    GET, POST  /_sim/webhooks                 {"batch", "batch_seconds", "duplicates", "shuffle", "hold"}
    GET, POST  /_sim/limits                   {"pair": bool, "per_second": number|null}
    GET, POST  /_sim/media-clock              {"ahead_seconds"}: ids and links of files grow older by it
    GET, POST  /_sim/accounts                 the shape of the accounts file; "replace": true forgets others
    POST   /_sim/inbound                      see below; gives {"wamid", "media_id"?, "status", "delivered"}
    GET    /_sim/events-of-accounts           the names for "event"
    POST   /_sim/verify-webhook               Meta's GET handshake
    POST   /_sim/reset                        back to the accounts file; {"accounts": true} forgets it as well

Orders, `POST /_sim/inbound`. Any may carry "phone_number_id", "copies", "retry", "wait". A customer's message:
{"from": number, BSUID or "new", "name", "type", "timestamp", "context_wamid" (quoted), "forwarded":
true|"frequently", "referral": true|{...} (ad), "product": true|{...}, "echo": true (the business wrote it in its
WhatsApp Business app)}, and by type
    text          "text"
    image, video, audio, document, sticker     "caption", "voice", "media": the name of a sample, or {"sample",
                  "bytes_base64", "mime_type", "sha256", "file_name", "url": false (no url in the webhook),
                  "animated", "gone": true (the id leads nowhere)}; what is told may lie. "too_large": true for
                  a file over 100 MB (131052)
    reaction      "target" (wamid), "emoji"; without emoji it is taken away ("removal": "empty" sends "")
    edit          "target", "text";   revoke   "target"
    button        "text", "payload"
    location, contacts, order, interactive, or any other name     "content": the object as Meta writes it
    unsupported   "code": 131051|131060, "content";   unknown
Or somebody changes: {"from", "change_number": number, "legacy"}, {"from", "change_user_id": true},
{"from", "preference": "stop"|"resume"|"signup"}. Or an account, a number or a template does: {"event": name,
"with": {changes}}. Or whole bodies: {"value"}, {"raw"}, {"raw_bytes_base64"} and "signature".

Faults, `POST /_sim/faults`. Each may carry "count" (how many times, none for always), "probability" with
"seed", "phone_number_id", "customer" (number or BSUID) and "on": "send", "read", "upload", "media" (look-ups,
deletions and downloads), "download" or "any" Graph call:
    {"kind": "error", "code": 131026}         refused with Meta's answer for that code
    {"kind": "delay", "seconds": 2}           the answer comes late; may meet another fault as well
    {"kind": "reset", "when": "before_body" | "after_accept" | "half_response"}
    {"kind": "silent", "when": "before_accept" | "after_accept"}   taken in, never answered
    {"kind": "html", "status": 502, "when": "before_accept" | "after_accept"}
    {"kind": "garbage", "body": "empty" | "html" | "cut" | "no_id"}   200 with a useless body, accepted
    {"kind": "drip", "seconds": 1}            accepted, answered with one byte a second
    {"kind": "stall"}                         accepted, half of the answer comes, then nothing
    {"kind": "status_failed", "code": 131049} accepted, a failed status follows
    {"kind": "gone"}, {"kind": "wrong_type", "mime_type"}, {"kind": "changed_bytes"}   of downloads

Without any control, a customer's number triggers the same by its last seven digits (`triggers.py`):
    0 and six digits of a code, ...0131026    refused with that code
    1 and six digits of a code, ...1131049    accepted, then a failed status with that code
    ...0999502 HTML 502 · ...0999503 HTML 503 after accepting · ...0999104 reset after accepting
    ...0999204 accepted and never answered · ...0999200 accepted, 200 with a broken body
"""
