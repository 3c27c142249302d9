"""`make bench`: the product's hot paths measured beside bare programs that do only what physics asks.

Needs nothing running: it starts a PostgreSQL, a Valkey and web processes of its own in a temporary folder, on free
ports of the loopback interface, and removes them. Every load is bounded in count and time.
"""
