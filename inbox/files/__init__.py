"""Files of messages: what customers send and what we send, from the first byte to the browser.

`storage` keeps bytes under ids of ours, `sniffing` says what they are, `names` what they may be called, `limits` what
WhatsApp takes. `laboratory` looks into files in a process of its own, for theirs are the bytes of strangers.
`inbound` notes files that webhooks announce, `fetching` brings them here and `loop` runs that in a worker; `uploads`
takes in what we want to send, and `housekeeping` removes what nobody needs.
"""
